using System.Collections.Immutable;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>How far the negotiation is.</summary>
internal enum NegotiationPhase
{
    /// <summary>The session is not accepted.</summary>
    Pending,

    /// <summary>Both sides connect to the candidates of the other.</summary>
    Racing,

    /// <summary>An own candidate is nominated; its connection is not ready.</summary>
    AwaitingOwnLink,

    /// <summary>A proxy of the peer is nominated, which the peer has not activated.</summary>
    AwaitingActivation,

    /// <summary>A connection is in use.</summary>
    Done,

    /// <summary>There is none.</summary>
    Failed,
}

/// <summary>The result of one side.</summary>
/// <param name="Used">The candidate of the other side that it is connected to; null = it reached none.</param>
internal sealed record CandidateResult(TransportCandidate? Used)
{
    public static readonly CandidateResult None = new((TransportCandidate?)null);
}

/// <summary>State of a <see cref="CandidateNegotiation"/>.</summary>
/// <param name="Role">This side's role in the session.</param>
/// <param name="Own">The candidates that this side offered.</param>
/// <param name="Peers">The candidates of the peer that may be used.</param>
internal sealed record NegotiationState(JingleRole Role, ImmutableArray<TransportCandidate> Own, ImmutableArray<TransportCandidate> Peers)
{
    /// <summary>How far it is.</summary>
    public NegotiationPhase Phase { get; init; } = NegotiationPhase.Pending;

    /// <summary>The result of this side, which uses a candidate of the peer; null = not known so far.</summary>
    public CandidateResult? OwnResult { get; init; }

    /// <summary>The time to connect is over. The result of the peer may come a little later.</summary>
    public bool IsConnectingOver { get; init; }

    /// <summary>Why this side reached none of the candidates of the peer, if that is known.</summary>
    public string? RaceDetail { get; init; }

    /// <summary>The result of the peer, which uses a candidate of this side.</summary>
    public CandidateResult? PeerResult { get; init; }

    /// <summary>The candidate that both sides use.</summary>
    public TransportCandidate? Nominated { get; init; }

    /// <summary>Whether the candidate in a report of the peer is one that its kind of report can be about.</summary>
    public bool Knows(TransportNotice notice) => notice switch
    {
        TransportNotice.CandidateUsed used => Own.Any(candidate => candidate.Id == used.CandidateId),
        _ => true,
    };
}
