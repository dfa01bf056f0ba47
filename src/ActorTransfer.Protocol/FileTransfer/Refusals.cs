using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>How refusals and silence are read (protocol of XEP-0095 §2 as peers practise it).</summary>
internal static class Refusals
{
    /// <summary>Peers say "no thanks" with either of two conditions.</summary>
    public static bool IsDecline(StanzaError error) =>
        error.Condition is ErrorConditions.Forbidden or ErrorConditions.NotAcceptable;

    /// <summary>What an error in answer to an offer means when it is not a decline.</summary>
    public static (TransferSide Side, FailureReason Reason) OfOffer(StanzaError error) => error.Condition switch
    {
        ErrorConditions.BadRequest => (TransferSide.Peer, FailureReason.NoMethod),
        ErrorConditions.ResourceConstraint or ErrorConditions.Conflict => (TransferSide.Peer, FailureReason.Overloaded),
        ErrorConditions.RemoteServerNotFound or ErrorConditions.RemoteServerTimeout or ErrorConditions.RecipientUnavailable =>
            (TransferSide.Server, FailureReason.NotSupported),
        _ => (TransferSide.Peer, FailureReason.NotSupported),
    };

    /// <summary>What a request without an answer means.</summary>
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

/// <summary>How the end of the byte flow becomes the end of the transfer.</summary>
internal static class FlowOutcomes
{
    public static TransferOutcome Outcome(TransferState phase, FlowEnd end, StreamMethod? method) => end switch
    {
        FlowEnd.Whole { Delivery: Delivery.PeerReset } when method == StreamMethod.Proxy => new TransferOutcome.Failed(
            phase, TransferSide.Proxy, FailureReason.ConnectionLost, "The proxy reset the connection before it can have passed on all bytes."),
        FlowEnd.Whole whole => new TransferOutcome.Completed(whole.Bytes, whole.Sha256, whole.Path) { Method = method, Delivery = whole.Delivery },
        FlowEnd.Broken broken => new TransferOutcome.Failed(phase, broken.Side, broken.Reason, broken.Detail) { PartialFile = broken.PartialFile },
        _ => new TransferOutcome.Cancelled(phase, TransferSide.Peer),
    };
}
