using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>Interpretation of refusals and timeouts (XEP-0095 §2 as implemented by peers).</summary>
internal static class Refusals
{
    /// <summary>Peers decline with either of two conditions.</summary>
    public static bool IsDecline(StanzaError error) =>
        error.Condition is ErrorConditions.Forbidden or ErrorConditions.NotAcceptable;

    /// <summary>The peer, or its server, does not know what was requested. The offer was not shown to a user.</summary>
    public static bool IsUnsupported(StanzaError error) =>
        error.Condition is ErrorConditions.ServiceUnavailable or ErrorConditions.FeatureNotImplemented
        || error is
        {
            Condition: ErrorConditions.BadRequest,
            Application: { Namespace: Namespaces.StreamInitiation, Name: "no-valid-streams" or "bad-profile" },
        };

    /// <summary>The failure for an error response to an offer that is not a decline.</summary>
    public static (TransferSide Side, FailureReason Reason) OfOffer(StanzaError error) => error.Condition switch
    {
        ErrorConditions.BadRequest => (TransferSide.Peer, FailureReason.NoMethod),
        ErrorConditions.ResourceConstraint or ErrorConditions.Conflict => (TransferSide.Peer, FailureReason.Overloaded),
        ErrorConditions.RemoteServerNotFound or ErrorConditions.RemoteServerTimeout or ErrorConditions.RecipientUnavailable =>
            (TransferSide.Server, FailureReason.NotSupported),
        _ => (TransferSide.Peer, FailureReason.NotSupported),
    };

    /// <summary>The failure for a request without a response.</summary>
    public static (TransferSide Side, FailureReason Reason, string Detail) OfSilence(NoAnswer why, TransferSide asked, string what)
    {
        var (side, reason) = why switch
        {
            NoAnswer.LinkLost => (TransferSide.Server, FailureReason.LinkLost),
            NoAnswer.Overloaded => (TransferSide.Local, FailureReason.Overloaded),
            _ => (asked, FailureReason.Timeout),
        };
        return (side, reason, why.Describe(what));
    }
}

/// <summary>The outcome of the transfer for the end of its byte stream.</summary>
internal static class FlowOutcomes
{
    public static TransferOutcome Outcome(TransferState phase, FlowEnd end, StreamMethod? method) => end switch
    {
        FlowEnd.Whole { Delivery: Delivery.PeerReset } when method == StreamMethod.Proxy => new TransferOutcome.Failed(
            phase, TransferSide.Proxy, FailureReason.ConnectionLost, "The proxy reset the connection before it can have relayed all bytes."),
        FlowEnd.Whole whole => new TransferOutcome.Completed(whole.Bytes, whole.Sha256, whole.Path) { Method = method, Delivery = whole.Delivery },
        FlowEnd.Broken broken => new TransferOutcome.Failed(phase, broken.Side, broken.Reason, broken.Detail) { PartialFile = broken.PartialFile },
        _ => new TransferOutcome.Cancelled(phase, TransferSide.Peer),
    };
}
