using System.Collections.Immutable;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>
/// A Jingle session that transfers one file, as pure steps for both roles: XEP-0234 over XEP-0166, XEP-0260 and XEP-0261. When SOCKS5
/// bytestreams fail before any bytes moved, the initiator replaces them by in-band bytestreams.
/// </summary>
internal static partial class JingleSession
{
    /// <summary>Applies one input.</summary>
    public static Step<JingleSessionState, JingleOutput> Next(JingleSessionState state, JingleInput input)
    {
        if (state.Stage == JingleStage.Ended)
        {
            return Late(state, input);
        }

        if (state.Ending is { } outcome)
        {
            return Ending(state, input, outcome);
        }

        return (state.Stage, input) switch
        {
            (_, JingleInput.Received received) => Received(state, received),
            (_, JingleInput.Flooded flooded) => Flooded(state, flooded.Stanza),
            (_, JingleInput.Answered answered) => Answered(state, answered),
            (_, JingleInput.InBandOffered offered) => InBandOffered(state, offered),
            (_, JingleInput.Cancel or JingleInput.TimedOut) when state.IsPuttingInPlace => Ignore(state),
            (_, JingleInput.Cancel cancel) => Cancel(state, cancel.Reason),
            (_, JingleInput.TimedOut) => TimedOut(state),
            (_, JingleInput.LinkLost) => LinkLost(state),
            (JingleStage.Collecting, JingleInput.Begin begin) => Offer(state, begin.File),
            (JingleStage.Collecting, JingleInput.Unreadable unreadable) => Fail(
                state, TransferSide.Local, FailureReason.FileUnreadable, unreadable.Detail, null),
            (JingleStage.Collecting, JingleInput.CandidatesFound found) =>
                Collected(state with { OwnCandidates = OwnCandidates.Of(found.Direct, found.Proxies, PeerCandidates(state)) }),
            (JingleStage.Deciding, JingleInput.Begin) => Process(state),
            (JingleStage.Deciding, JingleInput.HostAccepted accepted) => Accept(state, accepted),
            (JingleStage.Deciding, JingleInput.HostDeclined declined) => End(
                state,
                new TransferOutcome.Refused(TransferSide.Local, declined.Detail ?? declined.Reason.Text ?? declined.Reason.Condition.Name()),
                declined.Reason),
            (JingleStage.Negotiating, JingleInput.Candidates candidates) => Negotiate(state, candidates.Input),
            (JingleStage.OpeningInBand, JingleInput.InBandUp) => StartFlow(state, StreamMethod.InBand, null),
            (JingleStage.OpeningInBand, JingleInput.InBandFailed failed) => Failed(state, TransferSide.Peer, FailureReason.InBandRefused, failed.Detail),
            (JingleStage.Flowing, JingleInput.Progressed) => new(state with { HasBytes = true }, []),
            (JingleStage.Flowing, JingleInput.HashesKnown known) => HashesKnown(state, known.Hashes),
            (JingleStage.Flowing or JingleStage.Verifying, JingleInput.Arrived arrived) => Arrived(state, arrived.Computed),
            (JingleStage.Flowing or JingleStage.Verifying, JingleInput.FlowEnded ended) => FlowEnded(state, ended.End),
            _ => Ignore(state),
        };
    }

    /// <summary>This side has ended the session, so the peer's requests are about none.</summary>
    private static Step<JingleSessionState, JingleOutput> Late(JingleSessionState state, JingleInput input) => input switch
    {
        JingleInput.Received { Stanza: var late } => Reply(state, late.Fail(JingleErrors.UnknownSession)),
        JingleInput.Flooded { Stanza: var late } => Reply(state, late.Fail(JingleErrors.UnknownSession)),
        JingleInput.InBandOffered late => InBandOffered(state, late),
        _ => Ignore(state),
    };

    /// <summary>The connection stays open until the peer knows the reason.</summary>
    private static Step<JingleSessionState, JingleOutput> Ending(JingleSessionState state, JingleInput input, TransferOutcome outcome) =>
        input is JingleInput.Answered { Ask: JingleAsk.Terminate } or JingleInput.TimedOut or JingleInput.LinkLost or JingleInput.Cancel
            ? Ended(state, outcome)
            : Late(state, input);

    private static Step<JingleSessionState, JingleOutput> Ended(JingleSessionState state, TransferOutcome outcome) => new(
        state with { Stage = JingleStage.Ended, Outcome = outcome }, [new JingleOutput.Finish(outcome)]);

    private static Step<JingleSessionState, JingleOutput> Cancel(JingleSessionState state, string? reason) => End(
        state,
        new TransferOutcome.Cancelled(state.Phase, TransferSide.Local) { Reason = reason },
        new JingleReason(reason is null ? JingleCondition.Cancel : JingleCondition.Gone, reason));

    private static Step<JingleSessionState, JingleOutput> TimedOut(JingleSessionState state) => state.Stage switch
    {
        JingleStage.Collecting => Collected(state),
        JingleStage.Offered when !state.IsConfirmed => Fail(
            state, TransferSide.Peer, FailureReason.Timeout, "The peer did not confirm the offer in time.", JingleCondition.Timeout),
        JingleStage.Offered => Fail(state, TransferSide.Peer, FailureReason.Timeout, "The peer did not respond to the offer in time.", JingleCondition.Timeout),
        JingleStage.Deciding => Fail(state, TransferSide.Local, FailureReason.Timeout, "The offer timed out without a decision.", JingleCondition.Timeout),
        JingleStage.Negotiating => Negotiate(state, new NegotiationInput.TimedOut()),
        JingleStage.AwaitingReplacement => GiveUp(state, JingleCondition.ConnectivityError),
        JingleStage.Replacing => GiveUp(state, JingleCondition.FailedTransport),
        JingleStage.OpeningInBand => Failed(state, TransferSide.Peer, FailureReason.Timeout, "The in-band bytestream was not opened in time."),
        JingleStage.Verifying => state.Sends ? Completed(state, hasTimedOut: true) : Verify(state with { Receiving = state.Receiving with { IsLast = true } }),
        _ => Fail(state, TransferSide.Peer, FailureReason.Timeout, "No bytes were transferred in time.", JingleCondition.Timeout),
    };

    /// <summary>
    /// Nothing is expected from the peer any more, but bytes that were received count: an in-band bytestream ends by itself, when its bytes are read.
    /// </summary>
    private static Step<JingleSessionState, JingleOutput> LinkLost(JingleSessionState state)
    {
        var gone = state with { IsPeerGone = true, Receiving = state.Receiving with { IsLast = true }, Sending = state.Sending with { IsSilent = true } };
        return gone switch
        {
            { IsPuttingInPlace: true } => new(gone, []),
            { Method: null } => Fail(gone, TransferSide.Server, FailureReason.LinkLost, "The link to the server was lost.", null),
            { Stage: JingleStage.Verifying } => gone.Sends ? Completed(gone) : Verify(gone),
            _ => new(gone, []),
        };
    }

    private static Step<JingleSessionState, JingleOutput> Reply(JingleSessionState state, Iq answer) => new(state, [new JingleOutput.Reply(answer)]);

    private static JingleOutput.Ask Ask(JingleSessionState state, JingleAsk kind, JingleAction action, JingleTransport? transport = null) =>
        new(kind, Request(state, action) with { Contents = [state.Content with { Senders = JingleSenders.Both, Transport = transport?.ToXml() }] });

    private static JingleRequest Request(JingleSessionState state, JingleAction action) => new(action, state.SessionId);

    private static JingleOutput.StartTimer Timer(JingleTimer timer) => new(timer);

    private static Step<JingleSessionState, JingleOutput> Ignore(JingleSessionState state) => Step<JingleSessionState, JingleOutput>.Ignore(state);

    /// <summary>The outputs of a step, after others.</summary>
    private static Step<JingleSessionState, JingleOutput> After(ImmutableArray<JingleOutput> before, Step<JingleSessionState, JingleOutput> step) =>
        step with { Outputs = [.. before, .. step.Outputs] };

    private static Step<JingleSessionState, JingleOutput> Fail(
        JingleSessionState state, TransferSide side, FailureReason reason, string detail, JingleCondition? condition, string? text = null) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, reason, detail), condition is { } known ? new JingleReason(known, text) : null);

    /// <summary>Ends the session for a reason that both sides are told.</summary>
    private static Step<JingleSessionState, JingleOutput> Fail(JingleSessionState state, TransferSide side, FailureReason failure, JingleReason reason) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, failure, reason.Text!), reason);

    /// <summary>Ends the session.</summary>
    /// <param name="state">The state.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">For the peer; null = it is told nothing. It is never told anything about a session that it does not have.</param>
    private static Step<JingleSessionState, JingleOutput> End(JingleSessionState state, TransferOutcome outcome, JingleReason? reason)
    {
        var isUnknownToPeer = state.IsPeerGone || (state is { Role: JingleRole.Initiator, Stage: JingleStage.Collecting, IsAccepted: false });
        if (reason is null || isUnknownToPeer)
        {
            return Ended(state, outcome);
        }

        ImmutableArray<JingleOutput> terminate =
            [new JingleOutput.Ask(JingleAsk.Terminate, Request(state, JingleAction.SessionTerminate) with { Reason = reason })];
        return MayOvertake(state, outcome)
            ? new(state with { Ending = outcome }, [new JingleOutput.StopFlow(), .. terminate, Timer(JingleTimer.Confirmed)])
            : After(terminate, Ended(state, outcome));
    }

    /// <summary>
    /// A connection that this side closes while bytes may move: its end would arrive before the reason, which takes the way through the servers. The peer would
    /// take it for a fault.
    /// </summary>
    private static bool MayOvertake(JingleSessionState state, TransferOutcome outcome) =>
        state is { Method: StreamMethod.Direct or StreamMethod.Proxy, Interruption: null or FlowEnd.Broken { Side: TransferSide.Local } }
        && outcome is TransferOutcome.Cancelled { By: TransferSide.Local } or TransferOutcome.Failed { Side: TransferSide.Local }
            or TransferOutcome.Failed { Reason: FailureReason.WrongHash };
}
