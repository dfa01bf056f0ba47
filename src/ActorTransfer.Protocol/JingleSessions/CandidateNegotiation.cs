using System.Collections.Immutable;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>
/// Both sides connect to the candidates of the other; each reports one that it reached, or that it reached none. Of two that were reached the
/// one with the higher priority is nominated, of two with equal priorities the one that the initiator reached. Source: XEP-0260 §2.4.
/// </summary>
/// <remarks>
/// Conversations, as initiator, reports nothing but the activation of its proxy. So a result that is missing does not matter where it cannot
/// change the nomination: the peer has activated its proxy that this side reached, or this side reached a candidate better than all its own.
/// </remarks>
internal static class CandidateNegotiation
{
    /// <summary>Applies one input.</summary>
    public static Step<NegotiationState, NegotiationOutput> Next(NegotiationState state, NegotiationInput input) => (state.Phase, input) switch
    {
        (NegotiationPhase.Done or NegotiationPhase.Failed, _) => Step<NegotiationState, NegotiationOutput>.Ignore(state),
        (NegotiationPhase.Pending, NegotiationInput.Start) => Start(state with { Phase = NegotiationPhase.Racing }),
        (NegotiationPhase.Pending, _) => Step<NegotiationState, NegotiationOutput>.Ignore(state),
        (_, NegotiationInput.ReportRefused refused) => Fail(state, TransferSide.Peer, FailureReason.StreamhostUnreachable, refused.Detail),
        (NegotiationPhase.Racing, NegotiationInput.RaceWon won) when state.OwnResult is null && Find(state.Peers, won.CandidateId) is { } candidate =>
            OwnResult(state, new CandidateResult(candidate)),
        (NegotiationPhase.Racing, NegotiationInput.RaceLost lost) when state.OwnResult is null =>
            OwnResult(state with { RaceDetail = lost.Detail }, CandidateResult.None),
        (NegotiationPhase.Racing, NegotiationInput.CandidatesAdded added) when state.OwnResult is null => CandidatesAdded(state, added.Candidates),
        (_, NegotiationInput.Reported reported) => Reported(state, reported.Notice),
        (NegotiationPhase.AwaitingOwnLink, NegotiationInput.OwnLinkUp) => OwnLinkUp(state),
        (NegotiationPhase.AwaitingOwnLink, NegotiationInput.OwnLinkFailed failed) => OwnLinkFailed(state, failed.Detail),
        (_, NegotiationInput.TimedOut) => TimedOut(state),
        _ => Step<NegotiationState, NegotiationOutput>.Ignore(state),
    };

    private static Step<NegotiationState, NegotiationOutput> Start(NegotiationState state)
    {
        var timer = new NegotiationOutput.StartTimer(JingleTimer.Candidates);
        return state.Peers.IsEmpty
            ? OwnResult(state, CandidateResult.None, timer)
            : new(state, [timer, new NegotiationOutput.Race([.. state.Peers.OrderByDescending(candidate => candidate.Priority)])]);
    }

    /// <summary>The race begins again with all of them.</summary>
    private static Step<NegotiationState, NegotiationOutput> CandidatesAdded(NegotiationState state, ImmutableArray<TransportCandidate> added)
    {
        var all = state with { Peers = Merge(state.Peers, added) };
        var least = state.PeerResult?.Used?.Priority ?? -1;
        var better = all.Peers.Where(candidate => candidate.Priority > least).OrderByDescending(candidate => candidate.Priority);
        return all.Peers.Length == state.Peers.Length
            ? Step<NegotiationState, NegotiationOutput>.Ignore(state)
            : new(all, [new NegotiationOutput.StopRace(), new NegotiationOutput.Race([.. better])]);
    }

    /// <summary>The candidates of one side: the first ones with different ids.</summary>
    public static ImmutableArray<TransportCandidate> Merge(ImmutableArray<TransportCandidate> known, ImmutableArray<TransportCandidate> more) =>
        [.. known.Concat(more).DistinctBy(candidate => candidate.Id).Take(TransportCandidate.Max)];

    private static Step<NegotiationState, NegotiationOutput> Reported(NegotiationState state, TransportNotice notice) => (state.Phase, notice) switch
    {
        (NegotiationPhase.Racing, TransportNotice.CandidateUsed used) when state.PeerResult is null && Find(state.Own, used.CandidateId) is { } own =>
            PeerUsed(state with { PeerResult = new CandidateResult(own) }, own),
        (NegotiationPhase.Racing, TransportNotice.CandidateError) when state.PeerResult is null => Nominate(state with { PeerResult = CandidateResult.None }),
        (NegotiationPhase.Racing or NegotiationPhase.AwaitingActivation, TransportNotice.Activated activated) when Uses(state, activated.CandidateId) =>
            Use(state, state.OwnResult!.Used!, isOwn: false),
        (NegotiationPhase.Racing or NegotiationPhase.AwaitingActivation, TransportNotice.ProxyError error) when Uses(state, error.CandidateId) =>
            Fail(state, TransferSide.Proxy, FailureReason.ActivationRefused, "The peer could not activate its proxy."),
        _ => Step<NegotiationState, NegotiationOutput>.Ignore(state),
    };

    /// <summary>This side reached this proxy of the peer; null is any.</summary>
    private static bool Uses(NegotiationState state, string? id) => state.OwnResult?.Used is { IsProxy: true } used && (id is null || id == used.Id);

    /// <summary>The peer's choice can only be outbid by a higher priority.</summary>
    private static Step<NegotiationState, NegotiationOutput> PeerUsed(NegotiationState state, TransportCandidate own) =>
        state.OwnResult is not null ? Nominate(state)
        : state.Peers.Any(candidate => candidate.Priority > own.Priority) ? new(state, [new NegotiationOutput.OnlyAbove(own.Priority)])
        : OwnResult(state, CandidateResult.None, new NegotiationOutput.StopRace());

    private static Step<NegotiationState, NegotiationOutput> OwnResult(
        NegotiationState state, CandidateResult result, params ImmutableArray<NegotiationOutput> before)
    {
        TransportNotice notice = result.Used is { } used ? new TransportNotice.CandidateUsed(used.Id) : new TransportNotice.CandidateError();
        return Nominate(state with { OwnResult = result }, [.. before, new NegotiationOutput.Notify(notice)]);
    }

    private static Step<NegotiationState, NegotiationOutput> Nominate(NegotiationState state, params ImmutableArray<NegotiationOutput> before)
    {
        switch (state.OwnResult?.Used, state.PeerResult?.Used)
        {
            case ({ } peers, _) when state.Own.All(own => own.Priority < peers.Priority):
                return NominatePeers(state, peers, before);
            case var _ when state.OwnResult is null || state.PeerResult is null:
                return new(state, before);
            case ({ } peers, { } own):
                var peersIsBetter = peers.Priority > own.Priority || (peers.Priority == own.Priority && state.Role == JingleRole.Initiator);
                return peersIsBetter ? NominatePeers(state, peers, before) : NominateOwn(state, own, before);
            case ({ } peers, null):
                return NominatePeers(state, peers, before);
            case (null, { } own):
                return NominateOwn(state, own, before);
            case var _ when state.Own.IsEmpty && state.Peers.IsEmpty:
                return Fail(state, TransferSide.Server, FailureReason.NoStreamhost, Initiator.NoStreamhost, before);
            default:
                var detail = $"Neither side could connect to a candidate of the other. {state.RaceDetail}".TrimEnd();
                return Fail(state, TransferSide.Proxy, FailureReason.StreamhostUnreachable, detail, before);
        }
    }

    private static Step<NegotiationState, NegotiationOutput> NominatePeers(
        NegotiationState state, TransportCandidate candidate, ImmutableArray<NegotiationOutput> before) =>
        candidate.IsProxy
            ? new(
                state with { Phase = NegotiationPhase.AwaitingActivation, Nominated = candidate },
                [.. before, new NegotiationOutput.StartTimer(JingleTimer.PeerActivation)])
            : Use(state, candidate, isOwn: false, before);

    private static Step<NegotiationState, NegotiationOutput> NominateOwn(
        NegotiationState state, TransportCandidate candidate, ImmutableArray<NegotiationOutput> before)
    {
        NegotiationOutput connect = candidate.IsProxy ? new NegotiationOutput.Activate(candidate) : new NegotiationOutput.TakeDirect(candidate);
        return new(
            state with { Phase = NegotiationPhase.AwaitingOwnLink, Nominated = candidate },
            [.. before, new NegotiationOutput.StartTimer(JingleTimer.OwnLink), connect]);
    }

    private static Step<NegotiationState, NegotiationOutput> OwnLinkUp(NegotiationState state)
    {
        var nominated = state.Nominated!;
        return nominated.IsProxy
            ? Use(state, nominated, isOwn: true, new NegotiationOutput.Notify(new TransportNotice.Activated(nominated.Id)))
            : Use(state, nominated, isOwn: true);
    }

    /// <summary>Gajim reports that it uses a candidate even if its connection was refused.</summary>
    private static Step<NegotiationState, NegotiationOutput> OwnLinkFailed(NegotiationState state, string detail)
    {
        var nominated = state.Nominated!;
        return nominated.IsProxy
            ? Fail(
                state, TransferSide.Proxy, FailureReason.ActivationRefused, detail, new NegotiationOutput.Notify(new TransportNotice.ProxyError(nominated.Id)))
            : Fail(state, TransferSide.Peer, FailureReason.StreamhostUnreachable, detail);
    }

    private static Step<NegotiationState, NegotiationOutput> TimedOut(NegotiationState state) => state.Phase switch
    {
        NegotiationPhase.Racing when !state.IsConnectingOver => ConnectingOver(state with { IsConnectingOver = true }),
        NegotiationPhase.Racing => Nominate(state with { PeerResult = state.PeerResult ?? CandidateResult.None }),
        NegotiationPhase.AwaitingOwnLink when state.Nominated!.IsProxy => OwnLinkFailed(state, "The proxy was not activated in time."),
        NegotiationPhase.AwaitingOwnLink => OwnLinkFailed(state, "The peer reported a direct connection, but none arrived."),
        _ => Fail(state, TransferSide.Peer, FailureReason.Timeout, "The peer did not activate its proxy in time."),
    };

    private static Step<NegotiationState, NegotiationOutput> ConnectingOver(NegotiationState state)
    {
        var step = state.OwnResult is null
            ? OwnResult(state, CandidateResult.None, new NegotiationOutput.StopRace())
            : new Step<NegotiationState, NegotiationOutput>(state, []);
        return step.State.Phase == NegotiationPhase.Racing
            ? step with { Outputs = [.. step.Outputs, new NegotiationOutput.StartTimer(JingleTimer.PeerCandidates)] }
            : step;
    }

    private static TransportCandidate? Find(ImmutableArray<TransportCandidate> candidates, string id) =>
        candidates.FirstOrDefault(candidate => candidate.Id == id);

    private static Step<NegotiationState, NegotiationOutput> Use(
        NegotiationState state, TransportCandidate candidate, bool isOwn, params ImmutableArray<NegotiationOutput> before) =>
        new(state with { Phase = NegotiationPhase.Done, Nominated = candidate }, [.. before, new NegotiationOutput.UseLink(candidate, isOwn)]);

    private static Step<NegotiationState, NegotiationOutput> Fail(
        NegotiationState state, TransferSide side, FailureReason reason, string detail, params ImmutableArray<NegotiationOutput> before) =>
        new(state with { Phase = NegotiationPhase.Failed }, [.. before, new NegotiationOutput.Failed(side, reason, detail)]);
}
