using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>
/// When the transfer of a sender is complete, and with what outcome. A reason <c>success</c> proves nothing: peers send it after a short file
/// too. Source: XEP-0234 §8.
/// </summary>
internal sealed record SendingCompletion
{
    /// <summary>How the byte stream ended; null = it has not.</summary>
    public FlowEnd? Flow { get; init; }

    /// <summary>The peer has confirmed the whole file.</summary>
    public bool IsReceived { get; init; }

    /// <summary>
    /// The peer ended the session: with this reason, or without one. Without one it has lost the session: what counts is whether it had all bytes.
    /// </summary>
    public (bool HasEnded, JingleReason? Reason) Peer { get; init; }

    /// <summary>Nothing more can come from the peer: the link to the server is lost, or the peer does not know the session any more.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Null = wait.</summary>
    /// <param name="phase">The state of the transfer.</param>
    /// <param name="method">The stream method.</param>
    /// <param name="hasTimedOut">The peer has not ended the session in time.</param>
    public TransferOutcome? Decide(TransferState phase, StreamMethod? method, bool hasTimedOut = false)
    {
        if (Peer is { HasEnded: true, Reason: { Condition: not JingleCondition.Success } reason })
        {
            return EndReasons.Later(phase, reason);
        }

        return Flow switch
        {
            FlowEnd.Whole whole when Peer.HasEnded || (IsSilent && IsReceived) => Completed(whole, method),
            FlowEnd.Whole whole when IsSilent => FlowOutcomes.Outcome(phase, whole, method),
            FlowEnd.Whole whole when hasTimedOut => IsConfirmed(whole) ? Completed(whole, method) : new TransferOutcome.Failed(
                phase, TransferSide.Peer, FailureReason.Timeout, "The peer neither confirmed the file nor closed the connection."),
            FlowEnd.Whole => null,
            { } broken when Peer is { HasEnded: true, Reason: not null } => Incomplete(phase, broken),
            { } broken when Peer.HasEnded || IsSilent || hasTimedOut || broken is FlowEnd.Broken { Side: TransferSide.Local } =>
                EndReasons.Interrupted(phase, broken, method),
            not null => null,
            null when hasTimedOut => Incomplete(phase, null),
            null => null,
        };
    }

    private static TransferOutcome.Failed Incomplete(TransferState phase, FlowEnd? end) => new(
        phase, TransferSide.Peer, FailureReason.WrongLength,
        $"The peer ended the session as complete before it had all bytes.{(end is FlowEnd.Broken broken ? " " + broken.Detail : "")}");

    private bool IsConfirmed(FlowEnd.Whole whole) => IsReceived || whole.Delivery is Delivery.PeerClosed or Delivery.Acknowledged;

    private TransferOutcome Completed(FlowEnd.Whole whole, StreamMethod? method) => new TransferOutcome.Completed(whole.Bytes, whole.Sha256, whole.Path)
    {
        Method = method,
        Delivery = IsReceived ? Delivery.Confirmed : whole.Delivery,
    };
}
