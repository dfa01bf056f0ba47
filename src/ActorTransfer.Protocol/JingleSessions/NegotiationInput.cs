using System.Collections.Immutable;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>The inputs of a <see cref="CandidateNegotiation"/>.</summary>
internal abstract record NegotiationInput
{
    /// <summary>The session is accepted: the candidates of both sides are known.</summary>
    public sealed record Start : NegotiationInput;

    /// <summary>The peer offers further candidates, which may be used. Psi does it.</summary>
    public sealed record CandidatesAdded(ImmutableArray<TransportCandidate> Candidates) : NegotiationInput;

    /// <summary>This side is connected to this candidate of the peer; the race is over.</summary>
    public sealed record RaceWon(string CandidateId) : NegotiationInput;

    /// <summary>This side reached no candidate of the peer that it was told to try.</summary>
    /// <param name="Detail">The reason for each candidate.</param>
    public sealed record RaceLost(string Detail) : NegotiationInput;

    /// <summary>The peer reports something about candidates. It names a candidate of the right side: see <see cref="NegotiationState.Knows"/>.</summary>
    public sealed record Reported(TransportNotice Notice) : NegotiationInput;

    /// <summary>The peer refused a report of this side.</summary>
    public sealed record ReportRefused(string Detail) : NegotiationInput;

    /// <summary>The connection to the nominated own candidate is up, and activated if it is a proxy.</summary>
    public sealed record OwnLinkUp : NegotiationInput;

    /// <summary>The peer is not connected to the nominated own candidate, or the proxy could not be reached or activated.</summary>
    public sealed record OwnLinkFailed(string Detail) : NegotiationInput;

    /// <summary>The timer that was started last fired.</summary>
    public sealed record TimedOut : NegotiationInput;
}
