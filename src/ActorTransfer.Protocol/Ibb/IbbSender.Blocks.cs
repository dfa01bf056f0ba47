using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

using SenderStep = Step<IbbSenderState, IbbSenderOutput>;

/// <content>Blocks: sent as far as the window permits, acknowledged, and sent again when the peer was busy.</content>
internal static partial class IbbSender
{
    private static SenderStep Block(IbbSenderState state, IbbSenderInput.Block block)
    {
        if (state.PeerClosed)
        {
            return ClosedEarly(state);
        }

        var payload = IbbData.ToXml(state.SessionId, state.NextSequence, block.Base64);
        var flight = new IbbFlight(state.NextSequence, payload, block.Length, IbbFlightStatus.Unsent);
        return Proceed(state with
        {
            Flights = state.Flights.Add(flight),
            NextSequence = (ushort)(state.NextSequence + 1),
            Granted = Math.Max(0, state.Granted - 1),
        });
    }

    private static SenderStep BlockAnswered(IbbSenderState state, IbbSenderInput.BlockAnswered answered)
    {
        var at = state.Flights.IndexOfSent(answered.Sequence);
        if (at < 0)
        {
            return SenderStep.Ignore(state);
        }

        return answered.Answer switch
        {
            Answer.Result => Acknowledged(state, at, answered.Took),
            Answer.Error error when MayPass(error.Stanza) => Bounced(state, at),
            Answer.Error error => BlockRefused(state, at, error.Stanza),
            Answer.None { Reason: NoAnswer.Overloaded } => Bounced(state, at),
            Answer.None { Reason: NoAnswer.LinkLost } => Break(
                state, IbbFault.LinkLost, $"The XMPP link was lost with {state.Acknowledged} bytes acknowledged.", tellPeer: false),
            _ => Conclude(state, new IbbFailure(IbbFault.PeerStalled, $"The peer did not acknowledge block {answered.Sequence} in time.", TellPeer: true)),
        };
    }

    /// <summary>RFC 6120 gives unexpected-request the type wait, but waiting does not close a gap.</summary>
    private static bool MayPass(StanzaError error) => error is { Type: ErrorType.Wait, Condition: not ErrorConditions.UnexpectedRequest };

    private static SenderStep Acknowledged(IbbSenderState state, int at, TimeSpan took)
    {
        if (state.Flights.IsOvertaking(at))
        {
            var settled = Settle(Disordered(state) with { Window = 1, Retries = 0 }, at, IbbFlightStatus.Acknowledged);
            return state.OrderLost ? settled : Prepend(new IbbSenderOutput.OrderLost(), settled);
        }

        state = state with { FastestAck = took < state.FastestAck ? took : state.FastestAck };
        return Settle(state with { Window = NextWindow(state, took), Retries = 0 }, at, IbbFlightStatus.Acknowledged);
    }

    /// <summary>
    /// The window grows as long as acknowledgements take a round trip, so that it fills a long line; when they take longer, blocks queue in a
    /// server, and more of them would only lengthen the queue.
    /// </summary>
    private static int NextWindow(IbbSenderState state, TimeSpan took)
    {
        if (took > state.Terms.SlowAck)
        {
            return Math.Max(1, state.Window / 2);
        }

        if (state.Recovering)
        {
            return state.Window;
        }

        var queues = took > (2 * state.FastestAck) + MaxQueueTime;
        if (queues && state.Window >= UnhurriedWindow)
        {
            return Math.Max(UnhurriedWindow, state.Window - 1);
        }

        return Math.Min(state.KeepsOrder ? state.Terms.MaxWindow : 1, state.Window + 1);
    }

    private static SenderStep Bounced(IbbSenderState state, int at) =>
        Settle(state with { Window = 1, Recovering = true }, at, IbbFlightStatus.Bounced);

    private static SenderStep Settle(IbbSenderState state, int at, IbbFlightStatus status)
    {
        var flights = state.Flights.With(at, status).Settle(out var bytes);
        state = state with { Flights = flights, Acknowledged = state.Acknowledged + bytes };
        return state.Recovering ? Recover(state) : Proceed(state);
    }

    private static SenderStep Recover(IbbSenderState state)
    {
        if (state.Flights.AwaitsResponse)
        {
            return Go(state);
        }

        if (state.Flights.FirstAcknowledged() is { } later)
        {
            return Break(
                state, IbbFault.OutOfOrder, $"Block {state.Flights[0].Sequence} was lost, but the later block {later.Sequence} was not.", tellPeer: true);
        }

        return state.Retries < state.Terms.MaxRetries
            ? Go(state with { Retries = state.Retries + 1 }, new IbbSenderOutput.RetryLater())
            : Break(
                state, IbbFault.PeerStalled, $"Block {state.Flights[0].Sequence} could not be delivered in {state.Retries + 1} attempts.", tellPeer: true);
    }

    private static SenderStep Retry(IbbSenderState state) => Proceed(state with { Recovering = false, Flights = state.Flights.Resend() });

    /// <summary>Sends what the window permits, requests more blocks, or closes when there are no more.</summary>
    private static SenderStep Proceed(IbbSenderState state)
    {
        if (state.Recovering)
        {
            return Go(state);
        }

        if (state is { LastSent: true, Flights.IsEmpty: true })
        {
            return state.PeerClosed ? Done(state) : Go(state with { Phase = IbbSenderPhase.Closing }, AskClose(state));
        }

        var outputs = ImmutableArray.CreateBuilder<IbbSenderOutput>();
        var flights = state.Flights;
        var sent = flights.CountSent();
        for (var at = 0; at < flights.Count && sent < state.Window; at++)
        {
            if (flights[at].Status == IbbFlightStatus.Unsent)
            {
                flights = flights.With(at, IbbFlightStatus.Sent);
                outputs.Add(new IbbSenderOutput.AskBlock(flights[at].Sequence, flights[at].Payload));
                sent++;
            }
        }

        return Grant(state with { Flights = flights, Pipelined = state.Pipelined || sent > 1 }, outputs.ToImmutable());
    }

    /// <summary>Also when the peer has closed: another block would mean that it closed too early.</summary>
    private static SenderStep Grant(IbbSenderState state, ImmutableArray<IbbSenderOutput> outputs)
    {
        var more = state.LastSent ? 0 : state.Window - state.Flights.Count - state.Granted;
        return more > 0
            ? new(state with { Granted = state.Granted + more }, outputs.Add(new IbbSenderOutput.Grant(more)))
            : new(state, outputs);
    }
}
