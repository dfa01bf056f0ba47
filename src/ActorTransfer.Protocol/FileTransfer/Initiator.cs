using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// The initiator's side of XEP-0096 over XEP-0095, XEP-0065 and XEP-0047, as pure steps: offer, accepted, proxy discovered, streamhost
/// sent, connected, activated, streaming. When SOCKS5 bytestreams fail before any bytes were sent, the same session falls back to in-band
/// bytestreams; when the peer refuses that, one more offer lists in-band bytestreams only (XEP-0096 requires a fallback but does not define
/// it; peers do it this way). When the peer gets in-band blocks out of order, one more offer sends the file one block at a time.
/// </summary>
internal static partial class Initiator
{
    /// <summary>Applies one input.</summary>
    public static Step<InitiatorState, InitiatorOutput> Next(InitiatorState state, InitiatorInput input)
    {
        if (state.Phase.IsEnd())
        {
            return Step<InitiatorState, InitiatorOutput>.Ignore(state);
        }

        return (state.Phase, input) switch
        {
            (_, InitiatorInput.Cancel cancel) => End(state, new TransferOutcome.Cancelled(state.Phase, TransferSide.Local) { Reason = cancel.Reason }),
            (_, InitiatorInput.TimedOut) => TimedOut(state),
            (TransferState.Offer, InitiatorInput.Begin begin) => Begin(state, begin.File),
            (TransferState.Offer, InitiatorInput.Unreadable unreadable) =>
                Fail(state, TransferSide.Local, FailureReason.FileUnreadable, unreadable.Detail),
            (TransferState.Offer, InitiatorInput.Answered { Request: InitiatorRequest.Offer } a) => OfferAnswered(state, a.Answer),
            (_, InitiatorInput.InBandUp) when state.IsOpeningInBand => Flow(state, StreamMethod.InBand, null),
            (_, InitiatorInput.InBandFailed failed) when state.IsOpeningInBand => InBandFailed(state, failed),
            (TransferState.Streaming, InitiatorInput.InBandOrderLost lost) when state.Method == StreamMethod.InBand => OrderLost(state, lost.Detail),
            (TransferState.Activated, InitiatorInput.Progressed) => Go(state, TransferState.Streaming),
            (TransferState.Activated or TransferState.Streaming, InitiatorInput.FlowEnded ended) =>
                End(state, FlowOutcomes.Outcome(state.Phase, ended.End, state.Method)),
            _ when state.IsOpeningInBand => Step<InitiatorState, InitiatorOutput>.Ignore(state),
            _ => Socks5(state, input),
        };
    }

    /// <summary>In-band transfers start with the first block; SOCKS5 transfers with the first progress report.</summary>
    private static Step<InitiatorState, InitiatorOutput> Flow(
        InitiatorState state, StreamMethod method, StreamHost? host, params ImmutableArray<InitiatorOutput> before)
    {
        var flow = new InitiatorOutput.StartFlow(state.Range.Offset, state.Range.LengthIn(state.Plan.File.Size), method, host);
        var phase = method == StreamMethod.InBand ? TransferState.Streaming : TransferState.Activated;
        return Go(state with { Method = method, IsOpeningInBand = false }, phase, [.. before, flow]);
    }

    private static Step<InitiatorState, InitiatorOutput> TimedOut(InitiatorState state)
    {
        var (side, detail) = Silence(state);
        return state.Phase switch
        {
            _ when state.IsOpeningInBand => End(state, state.Socks5Failure ?? new TransferOutcome.Failed(state.Phase, side, FailureReason.Timeout, detail)),
            TransferState.Offer or TransferState.Activated or TransferState.Streaming => Fail(state, side, FailureReason.Timeout, detail),
            TransferState.Connected => FallBack(
                state, side, FailureReason.Timeout, detail, new InitiatorOutput.JudgeProxy(state.Candidates[0], Served: false)),
            _ => FallBack(state, side, FailureReason.Timeout, detail),
        };
    }

    private static Step<InitiatorState, InitiatorOutput> Unanswered(InitiatorState state, Answer answer, TransferSide asked, string what)
    {
        var (side, reason, detail) = Refusals.OfSilence(((Answer.None)answer).Reason, asked, what);
        return Fail(state, side, reason, detail);
    }

    private static (TransferSide Side, string Detail) Silence(InitiatorState state) => state.Phase switch
    {
        _ when state.IsOpeningInBand => (TransferSide.Peer, "The peer did not open the in-band bytestream in time."),
        TransferState.Offer => (TransferSide.Peer, "The peer did not respond to the offer in time."),
        TransferState.Accepted => (TransferSide.Server, "Collecting streamhosts took too long."),
        TransferState.ProxyDiscovered => (TransferSide.Local, "The streamhost listener was not ready in time."),
        TransferState.StreamhostSent when state.Candidates.IsEmpty =>
            (TransferSide.Peer, $"The peer did not choose a streamhost in time. It was offered {Offered(state)}."),
        TransferState.StreamhostSent => (TransferSide.Proxy, "The chosen streamhost could not be reached in time."),
        TransferState.Connected => (TransferSide.Proxy, "The proxy did not respond to the activation in time."),
        _ => (TransferSide.Peer, "No bytes were transferred in time."),
    };

    private static Step<InitiatorState, InitiatorOutput> Go(InitiatorState state, TransferState phase, params ImmutableArray<InitiatorOutput> outputs) =>
        new(state with { Phase = phase }, outputs);

    private static Step<InitiatorState, InitiatorOutput> Fail(InitiatorState state, TransferSide side, FailureReason reason, string detail) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, reason, detail));

    private static Step<InitiatorState, InitiatorOutput> End(
        InitiatorState state, TransferOutcome outcome, params ImmutableArray<InitiatorOutput> before) =>
        Go(state, outcome.EndState, [.. before, new InitiatorOutput.Finish(outcome)]);
}
