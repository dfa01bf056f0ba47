using System.Collections.Immutable;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>The outputs of a <see cref="CandidateNegotiation"/>.</summary>
internal abstract record NegotiationOutput
{
    /// <summary>
    /// Connect to the first of these that can be reached, best first; report <see cref="NegotiationInput.RaceWon"/> or
    /// <see cref="NegotiationInput.RaceLost"/>.
    /// </summary>
    public sealed record Race(ImmutableArray<TransportCandidate> Candidates) : NegotiationOutput;

    /// <summary>Continue the race with candidates of a higher priority only.</summary>
    public sealed record OnlyAbove(long Priority) : NegotiationOutput;

    /// <summary>End the race; its result does not matter any more.</summary>
    public sealed record StopRace : NegotiationOutput;

    /// <summary>Send this to the peer.</summary>
    public sealed record Notify(TransportNotice Notice) : NegotiationOutput;

    /// <summary>
    /// Take over the peer's connection to this own candidate; report <see cref="NegotiationInput.OwnLinkUp"/> or
    /// <see cref="NegotiationInput.OwnLinkFailed"/>.
    /// </summary>
    public sealed record TakeDirect(TransportCandidate Candidate) : NegotiationOutput;

    /// <summary>Connect to this own proxy if that is not done, and activate the bytestream; report as for <see cref="TakeDirect"/>.</summary>
    public sealed record Activate(TransportCandidate Candidate) : NegotiationOutput;

    /// <summary>Start this timer in place of the one before; report <see cref="NegotiationInput.TimedOut"/>.</summary>
    public sealed record StartTimer(JingleTimer Timer) : NegotiationOutput;

    /// <summary>Both sides use the connection to this candidate. Close all others.</summary>
    /// <param name="Candidate">The candidate.</param>
    /// <param name="IsOwn">It is one of this side.</param>
    public sealed record UseLink(TransportCandidate Candidate, bool IsOwn) : NegotiationOutput;

    /// <summary>There is no connection. Close all, and try another transport.</summary>
    public sealed record Failed(TransferSide Side, FailureReason Reason, string Detail) : NegotiationOutput;
}
