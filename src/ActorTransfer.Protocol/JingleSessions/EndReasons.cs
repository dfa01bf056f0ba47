using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>Outcomes for the ways in which a peer refuses or ends a session.</summary>
internal static class EndReasons
{
    /// <summary>The outcome of an offer that was refused with an error.</summary>
    public static TransferOutcome OfOffer(StanzaError error)
    {
        var detail = $"The peer responded to the offer with {error.Describe()}.";
        return error.Condition switch
        {
            ErrorConditions.Forbidden or ErrorConditions.NotAcceptable or ErrorConditions.NotAllowed or ErrorConditions.Redirect or ErrorConditions.Gone =>
                new TransferOutcome.Refused(TransferSide.Peer, error.Text ?? error.Condition),
            ErrorConditions.ItemNotFound or ErrorConditions.RecipientUnavailable or ErrorConditions.RemoteServerNotFound
                or ErrorConditions.RemoteServerTimeout => Fail(TransferSide.Server, FailureReason.NotSupported),
            ErrorConditions.BadRequest => Fail(TransferSide.Peer, FailureReason.ProtocolViolation),
            ErrorConditions.ResourceConstraint or ErrorConditions.Conflict => Fail(TransferSide.Peer, FailureReason.Overloaded),
            _ => Fail(TransferSide.Peer, FailureReason.NotSupported),
        };

        TransferOutcome Fail(TransferSide side, FailureReason reason) => new TransferOutcome.Failed(TransferState.Offer, side, reason, detail);
    }

    /// <summary>The outcome of a session that the peer ended while the offer was open.</summary>
    public static TransferOutcome WhileOffered(JingleReason? reason) => reason?.Condition switch
    {
        JingleCondition.Success => Fail(TransferState.Offer, FailureReason.ProtocolViolation, reason),
        JingleCondition.Decline or JingleCondition.Busy or JingleCondition.Cancel or JingleCondition.Gone or JingleCondition.Expired =>
            new TransferOutcome.Refused(TransferSide.Peer, reason.Text ?? reason.Condition.Name()),
        JingleCondition.MediaError => Fail(
            TransferState.Offer, FileErrors.IsTooLarge(reason) ? FailureReason.TooLarge : FailureReason.NotSupported, reason),
        _ => Other(TransferState.Offer, reason),
    };

    /// <summary>The outcome of a session that the peer ended later, for any reason but success.</summary>
    public static TransferOutcome Later(TransferState phase, JingleReason? reason) => reason?.Condition switch
    {
        JingleCondition.Decline or JingleCondition.Busy => new TransferOutcome.Refused(TransferSide.Peer, reason.Text ?? reason.Condition.Name()),
        JingleCondition.Cancel or JingleCondition.Gone or JingleCondition.Expired =>
            new TransferOutcome.Cancelled(phase, TransferSide.Peer) { Reason = reason.Text },
        JingleCondition.MediaError => Fail(phase, FileErrors.IsTooLarge(reason) ? FailureReason.NoSpace : FailureReason.WrongHash, reason),
        _ => Other(phase, reason),
    };

    /// <summary>The outcome of a byte stream that ended early, without a word of the peer about it.</summary>
    public static TransferOutcome Interrupted(TransferState phase, FlowEnd end, StreamMethod? method) => end is FlowEnd.ClosedByPeer
        ? new TransferOutcome.Failed(
            phase, TransferSide.Peer, FailureReason.ConnectionLost, "The peer closed the connection before all bytes were transferred.")
        : FlowOutcomes.Outcome(phase, end, method);

    private static TransferOutcome Other(TransferState phase, JingleReason? reason) => reason?.Condition switch
    {
        JingleCondition.Timeout => Fail(phase, FailureReason.Timeout, reason),
        JingleCondition.UnsupportedApplications or JingleCondition.SecurityError => Fail(phase, FailureReason.NotSupported, reason),
        JingleCondition.UnsupportedTransports or JingleCondition.IncompatibleParameters => Fail(phase, FailureReason.NoMethod, reason),
        JingleCondition.FailedTransport or JingleCondition.ConnectivityError => Fail(phase, FailureReason.StreamhostUnreachable, reason),
        _ => Fail(phase, phase == TransferState.Offer ? FailureReason.NotSupported : FailureReason.ConnectionLost, reason),
    };

    private static TransferOutcome.Failed Fail(TransferState phase, FailureReason reason, JingleReason? why) =>
        new(phase, TransferSide.Peer, reason, $"The peer ended the session: {why?.Describe() ?? "no reason"}.");
}
