using System.Collections.Immutable;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.JingleSessions;

/// <content>Candidates, the change of the transport, and in-band bytestreams.</content>
internal static partial class JingleSession
{
    /// <summary>Both sides have agreed on the transport.</summary>
    private static Step<JingleSessionState, JingleOutput> Establish(JingleSessionState state)
    {
        if (state.Transport is JingleTransport.InBand inBand)
        {
            return OpenInBand(state, inBand);
        }

        var negotiation = new NegotiationState(state.Role, state.OwnCandidates, [.. PeerCandidates(state).Where(candidate => IsAllowed(state, candidate))]);
        var step = Negotiate(
            state with { Stage = JingleStage.Negotiating, Negotiation = negotiation, EarlyNotices = [] }, new NegotiationInput.Start());
        return state.EarlyNotices.Where(negotiation.Knows).Aggregate(step, (current, notice) => current.State.Stage == JingleStage.Negotiating
            ? After(current.Outputs, Negotiate(current.State, new NegotiationInput.Reported(notice)))
            : current);
    }

    private static ImmutableArray<TransportCandidate> PeerCandidates(JingleSessionState state) =>
        state.Transport is JingleTransport.Socks5 socks5 ? socks5.Candidates : [];

    private static bool IsAllowed(JingleSessionState state, TransportCandidate candidate) =>
        state.Methods.HasFlag(candidate.IsProxy ? StreamMethods.Proxy : StreamMethods.Direct);

    private static Step<JingleSessionState, JingleOutput> Negotiate(JingleSessionState state, NegotiationInput input)
    {
        var step = CandidateNegotiation.Next(state.Negotiation!, input);
        return step.Outputs.Aggregate(new Step<JingleSessionState, JingleOutput>(state with { Negotiation = step.State }, []), (current, output) =>
            After(current.Outputs, output switch
            {
                NegotiationOutput.StartTimer timer => new(current.State, [Timer(timer.Timer)]),
                NegotiationOutput.Notify notify => new(current.State, [Notice(current.State, notify.Notice)]),
                NegotiationOutput.UseLink use =>
                    StartFlow(current.State, use.Candidate.IsProxy ? StreamMethod.Proxy : StreamMethod.Direct, use.Candidate),
                NegotiationOutput.Failed failed => Failed(current.State, failed.Side, failed.Reason, failed.Detail),
                _ => new(current.State, [new JingleOutput.Connect(output)]),
            }));
    }

    private static JingleOutput.Ask Notice(JingleSessionState state, TransportNotice notice) => Ask(
        state, JingleAsk.Notice, JingleAction.TransportInfo, new JingleTransport.Socks5(state.Transport.SessionId, []) { Notice = notice });

    /// <summary>The transport failed before any bytes moved. The first failure is the one that is reported.</summary>
    private static Step<JingleSessionState, JingleOutput> Failed(JingleSessionState state, TransferSide side, FailureReason reason, string detail)
    {
        var failed = state with { Socks5Failure = state.Socks5Failure ?? new TransferOutcome.Failed(state.Phase, side, reason, detail) };
        if (state.Transport is JingleTransport.InBand)
        {
            return GiveUp(failed, JingleCondition.FailedTransport);
        }

        ImmutableArray<JingleOutput> abandon = [new JingleOutput.AbandonTransport()];
        switch (TransportReplacement.Start(state.Role, state.MayGoInBand))
        {
            case ReplacementStart.OfferInBand when state.ReplacementId is { } sid:
                var inBand = new JingleTransport.InBand(sid, state.BlockSize);
                var replaced = ChangeTransport(failed, inBand) with { Stage = JingleStage.Replacing, ReplacementId = null };
                return new(
                    replaced,
                    [.. abandon, Ask(replaced, JingleAsk.Replace, JingleAction.TransportReplace, replaced.Transport), Timer(JingleTimer.ReplacementAnswer)]);
            case ReplacementStart.Await:
                return new(failed with { Stage = JingleStage.AwaitingReplacement }, [.. abandon, Timer(JingleTimer.Replacement)]);
            default:
                return GiveUp(failed, JingleCondition.ConnectivityError);
        }
    }

    private static JingleSessionState ChangeTransport(JingleSessionState state, JingleTransport transport) =>
        state with { Transport = transport, FormerTransportId = state.Transport.SessionId, Negotiation = null, EarlyNotices = [] };

    private static Step<JingleSessionState, JingleOutput> GiveUp(JingleSessionState state, JingleCondition condition) =>
        End(state, state.Socks5Failure!, new JingleReason(condition));

    /// <summary>The peer accepts the transport, whatever sid it writes. Its block size may be lower.</summary>
    private static Step<JingleSessionState, JingleOutput> ReplacementAccepted(JingleSessionState state, JingleRequest accept)
    {
        var theirs = accept.Contents[0].Transport is { } element && JingleTransport.Read(element, state.Peer) is JingleTransport.InBand inBand
            ? inBand
            : new JingleTransport.InBand("", null);
        return OpenInBand(state, (JingleTransport.InBand)Joined(state, theirs));
    }

    /// <summary>The initiator of the session opens it, whichever side sends the file.</summary>
    private static Step<JingleSessionState, JingleOutput> OpenInBand(JingleSessionState state, JingleTransport.InBand transport)
    {
        var opening = state with { Stage = JingleStage.OpeningInBand, Transport = transport };
        return state.Role == JingleRole.Initiator
            ? new(opening, [Timer(JingleTimer.InBandOpen), new JingleOutput.OpenInBand(transport)])
            : new(opening, [Timer(JingleTimer.InBandOpen)]);
    }

    private static Step<JingleSessionState, JingleOutput> InBandOffered(JingleSessionState state, JingleInput.InBandOffered offered)
    {
        if (offered.Stanza.Id == state.OpenStanzaId)
        {
            return Ignore(state); // the same stanza again: its one response was sent, or follows
        }

        var isAwaited = state is { Stage: JingleStage.OpeningInBand, Role: JingleRole.Responder } && offered.TransportId == state.Transport.SessionId;
        var opened = state with { OpenStanzaId = offered.Stanza.Id };
        return !isAwaited ? Reply(state, offered.Stanza.Fail(StanzaError.ItemNotFound))
            : state.Sends ? new(opened, [new JingleOutput.OpenInBand((JingleTransport.InBand)state.Transport, offered.Stanza)])
            : new(opened, [new JingleOutput.AcceptInBand(offered.Stanza, state.OfferedBlockSize)]);
    }

    private static Step<JingleSessionState, JingleOutput> Replace(JingleSessionState state, JingleInput.Received received)
    {
        var (stanza, request) = received;
        if (!IsOurs(state, request) || request.Contents[0].Transport is not { } element)
        {
            return Reply(state, stanza.Fail(StanzaError.BadRequest));
        }

        var offered = JingleTransport.Read(element, state.Peer);
        if (state.FormerTransportId is not null && offered.SessionId == state.Transport.SessionId && offered.GetType() == state.Transport.GetType())
        {
            return Reply(state, stanza.Result()); // the same replacement again: its acceptance was sent, or follows
        }

        var isPending = !state.IsAccepted || state.Stage == JingleStage.Collecting;
        var isTooLate = isPending || state.HasBytes || state.Stage == JingleStage.Verifying;
        ImmutableArray<JingleOutput> result = [new JingleOutput.Reply(stanza.Result())];
        var methods = state.MayGoInBand ? state.Methods : state.Methods & ~StreamMethods.InBand;
        switch (TransportReplacement.Decide(offered, state.Role, state.Stage == JingleStage.Replacing, isTooLate, state.IsReplaced, methods))
        {
            case ReplacementDecision.TieBreak:
                return Reply(state, stanza.Fail(JingleErrors.TieBreak));
            case ReplacementDecision.AcceptInBand:
                var inBand = (JingleTransport.InBand)offered;
                var agreed = ChangeTransport(state, Agreed(state, inBand)) with { OfferedBlockSize = inBand.BlockSize ?? TransportReplacement.BlockSize };
                return After(
                    [.. result, new JingleOutput.AbandonTransport(), Ask(agreed, JingleAsk.ReplaceAccept, JingleAction.TransportAccept, agreed.Transport)],
                    OpenInBand(agreed, (JingleTransport.InBand)agreed.Transport));
            case ReplacementDecision.AcceptSocks5:
                return Collect(ChangeTransport(state, offered) with { IsReplaced = true }, [.. result, new JingleOutput.AbandonTransport()]);
            default:
                var refused = request.Contents[0] with { Senders = JingleSenders.Both, Description = null };
                var reject = Request(state, JingleAction.TransportReject) with { Contents = [refused] };
                return new(state, [.. result, new JingleOutput.Ask(JingleAsk.Other, reject)]);
        }
    }

    private static Step<JingleSessionState, JingleOutput> AcceptSocks5(JingleSessionState state) =>
        After([Ask(state, JingleAsk.ReplaceAccept, JingleAction.TransportAccept, OwnTransport(state))], Establish(state));
}
