using System.Collections.Immutable;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

using SenderStep = Step<IbbSenderState, IbbSenderOutput>;

/// <summary>
/// The sending side of an in-band bytestream as pure steps (XEP-0047 §2). It keeps a window of blocks without acknowledgement that opens
/// with each prompt one and closes when the peer or the road is slow. A block that met a wait error is sent again under its number, but
/// only when all that was under way met the same: whatever lies behind a gap is lost.
/// </summary>
public static class IbbSender
{
    /// <summary>Carries the sender one input further.</summary>
    public static SenderStep Next(IbbSenderState state, IbbSenderInput input) => (state.Phase, input) switch
    {
        (IbbSenderPhase.Start, IbbSenderInput.Begin) => Go(state with { Phase = IbbSenderPhase.Opening }, AskOpen(state)),
        (IbbSenderPhase.Opening, IbbSenderInput.OpenAnswered opened) => OpenAnswered(state, opened.Answer),
        (IbbSenderPhase.Open, IbbSenderInput.Block block) => Block(state, block),
        (IbbSenderPhase.Open, IbbSenderInput.BlockAnswered answered) => BlockAnswered(state, answered),
        (IbbSenderPhase.Open, IbbSenderInput.LastSent) => Proceed(state with { LastSent = true, Granted = 0 }),
        (IbbSenderPhase.Open, IbbSenderInput.RetryDue) when state.Recovering => Retry(state),
        (IbbSenderPhase.Open, IbbSenderInput.CloseRequested close) => PeerCloses(state, close.Request),
        (IbbSenderPhase.Open, IbbSenderInput.GraceOver) when state.PeerClosed => ClosedEarly(state),
        (IbbSenderPhase.Closing, IbbSenderInput.CloseAnswered) => Done(state),
        (IbbSenderPhase.Closing, IbbSenderInput.CloseRequested close) => Prepend(Reply(close.Request.Result()), Done(state)),
        (_, IbbSenderInput.CloseRequested close) => Go(state, Reply(close.Request.Fail(StanzaError.ItemNotFound))),
        (IbbSenderPhase.Closing, IbbSenderInput.Cancel) => Done(state),
        (IbbSenderPhase.Opening or IbbSenderPhase.Open, IbbSenderInput.Cancel cancel) => Break(state, IbbFault.Local, cancel.Why, tellPeer: !state.PeerClosed),
        _ => SenderStep.Ignore(state),
    };

    private static SenderStep OpenAnswered(IbbSenderState state, Answer answer)
    {
        switch (answer)
        {
            case Answer.Result:
                return Grant(state with { Phase = IbbSenderPhase.Open }, [new IbbSenderOutput.Opened(state.BlockSize)]);
            case Answer.Error { Stanza.Condition: ErrorConditions.ResourceConstraint } when state.BlockSize / 2 >= state.Terms.MinBlockSize:
                var smaller = state with { BlockSize = state.BlockSize / 2 };
                return Go(smaller, AskOpen(smaller));
            case Answer.Error error:
                return Refused(state, error, $"The peer refused the in-band bytestream with blocks of {state.BlockSize} bytes: {error.Stanza.Describe()}.");
            case Answer.None none:
                // The peer may be about to open: it must not wait for blocks.
                var refused = Refused(state, none, Refusals.OfSilence(none.Why, TransferSide.Peer, "the in-band bytestream").Detail);
                return none.Why == NoAnswer.Timeout ? Prepend(AskClose(state), refused) : refused;
            default:
                return SenderStep.Ignore(state);
        }
    }

    private static SenderStep Refused(IbbSenderState state, Answer answer, string why) =>
        Go(state with { Phase = IbbSenderPhase.Ended }, new IbbSenderOutput.Refused(answer, why));

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
        var at = IndexOf(state.Flights, answered.Sequence);
        if (at < 0)
        {
            return SenderStep.Ignore(state);
        }

        return answered.Answer switch
        {
            Answer.Result => Acknowledged(state, at, answered.Took),
            Answer.Error error when MayPass(error.Stanza) => Bounced(state, at),
            Answer.Error when state.PeerClosed => ClosedEarly(state),
            Answer.Error error => Break(
                state, IbbFault.PeerRefused, $"The peer refused block {answered.Sequence}: {error.Stanza.Describe()}.", tellPeer: true),
            Answer.None { Why: NoAnswer.Overloaded } => Bounced(state, at),
            Answer.None { Why: NoAnswer.LinkLost } => Break(
                state, IbbFault.LinkLost, $"The XMPP link was lost with {state.Acknowledged} bytes acknowledged.", tellPeer: false),
            _ => Break(state, IbbFault.PeerStalled, $"The peer did not acknowledge block {answered.Sequence} in time.", tellPeer: true),
        };
    }

    /// <summary>RFC 6120 gives unexpected-request the type wait, but a gap does not close by waiting.</summary>
    private static bool MayPass(StanzaError error) => error is { Type: ErrorType.Wait, Condition: not ErrorConditions.UnexpectedRequest };

    private static SenderStep Acknowledged(IbbSenderState state, int at, TimeSpan took)
    {
        var inOrder = at == 0 || state.Flights[at - 1].Status != IbbFlightStatus.Sent;
        var window = took > state.Terms.SlowAck ? Math.Max(1, state.Window / 2)
            : inOrder && !state.Recovering ? Math.Min(state.Terms.MaxWindow, state.Window + 1)
            : state.Window;
        return Settle(state with { Window = window, Retries = 0 }, at, IbbFlightStatus.Acknowledged);
    }

    private static SenderStep Bounced(IbbSenderState state, int at) =>
        Settle(state with { Window = 1, Recovering = true }, at, IbbFlightStatus.Bounced);

    private static SenderStep Settle(IbbSenderState state, int at, IbbFlightStatus status)
    {
        var flights = state.Flights.SetItem(at, state.Flights[at] with { Status = status });
        var (done, bytes) = (0, 0L);
        while (done < flights.Length && flights[done].Status == IbbFlightStatus.Acknowledged)
        {
            bytes += flights[done++].Length;
        }

        state = state with { Flights = flights.RemoveRange(0, done), Acknowledged = state.Acknowledged + bytes };
        return state.Recovering ? Recover(state) : Proceed(state);
    }

    private static SenderStep Recover(IbbSenderState state)
    {
        if (state.Flights.Any(flight => flight.Status == IbbFlightStatus.Sent))
        {
            return Go(state);
        }

        if (state.Flights.FirstOrDefault(flight => flight.Status == IbbFlightStatus.Acknowledged) is { Payload: not null } later)
        {
            return Break(
                state, IbbFault.PeerRefused, $"Block {state.Flights[0].Sequence} got lost, block {later.Sequence} behind it did not.", tellPeer: true);
        }

        return state.Retries < state.Terms.MaxRetries
            ? Go(state with { Retries = state.Retries + 1 }, new IbbSenderOutput.RetryLater())
            : Break(
                state, IbbFault.PeerStalled, $"Block {state.Flights[0].Sequence} could not be delivered in {state.Retries + 1} attempts.", tellPeer: true);
    }

    private static SenderStep Retry(IbbSenderState state)
    {
        ImmutableArray<IbbFlight> unsent = [.. state.Flights.Select(flight => flight with { Status = IbbFlightStatus.Unsent })];
        return Proceed(state with { Recovering = false, Flights = unsent });
    }

    /// <summary>Sends what the window lets go, asks for more blocks, or closes when there are no more.</summary>
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
        var sent = flights.Count(flight => flight.Status == IbbFlightStatus.Sent);
        for (var at = 0; at < flights.Length && sent < state.Window; at++)
        {
            if (flights[at].Status == IbbFlightStatus.Unsent)
            {
                flights = flights.SetItem(at, flights[at] with { Status = IbbFlightStatus.Sent });
                outputs.Add(new IbbSenderOutput.AskBlock(flights[at].Sequence, flights[at].Payload));
                sent++;
            }
        }

        return Grant(state with { Flights = flights }, outputs.ToImmutable());
    }

    /// <summary>Also when the peer has closed: whether another block comes decides whether it closed too early.</summary>
    private static SenderStep Grant(IbbSenderState state, ImmutableArray<IbbSenderOutput> outputs)
    {
        var more = state.LastSent ? 0 : state.Window - state.Flights.Length - state.Granted;
        return more > 0
            ? new(state with { Granted = state.Granted + more }, outputs.Add(new IbbSenderOutput.Grant(more)))
            : new(state, outputs);
    }

    /// <summary>A receiver that counts may close before its last acknowledgements, or before this side knows that it has no more.</summary>
    private static SenderStep PeerCloses(IbbSenderState state, Iq request)
    {
        var reply = Reply(request.Result());
        return state.PeerClosed ? Go(state, Reply(request.Fail(StanzaError.ItemNotFound)))
            : state.Flights.Any(flight => flight.Status is IbbFlightStatus.Unsent or IbbFlightStatus.Bounced) ? Prepend(reply, ClosedEarly(state))
            : Go(state with { PeerClosed = true }, reply, new IbbSenderOutput.AwaitLast());
    }

    private static SenderStep ClosedEarly(IbbSenderState state) =>
        Break(state, IbbFault.PeerClosed, $"The peer closed the in-band bytestream after {state.Acknowledged} bytes.", tellPeer: false);

    private static SenderStep Done(IbbSenderState state) =>
        Go(state with { Phase = IbbSenderPhase.Ended }, new IbbSenderOutput.Done(state.Acknowledged));

    private static SenderStep Break(IbbSenderState state, IbbFault fault, string why, bool tellPeer)
    {
        var fail = new IbbSenderOutput.Fail(fault, why);
        var ended = state with { Phase = IbbSenderPhase.Ended, Flights = [] };
        return tellPeer ? Go(ended, AskClose(state), fail) : Go(ended, fail);
    }

    private static int IndexOf(ImmutableArray<IbbFlight> flights, ushort sequence)
    {
        for (var at = 0; at < flights.Length; at++)
        {
            if (flights[at].Sequence == sequence && flights[at].Status == IbbFlightStatus.Sent)
            {
                return at;
            }
        }

        return -1;
    }

    private static IbbSenderOutput AskOpen(IbbSenderState state) =>
        new IbbSenderOutput.AskOpen(new IbbOpen(state.SessionId, state.BlockSize).ToXml());

    private static IbbSenderOutput AskClose(IbbSenderState state) => new IbbSenderOutput.AskClose(IbbClose.ToXml(state.SessionId));

    private static IbbSenderOutput Reply(Iq answer) => new IbbSenderOutput.Reply(answer);

    private static SenderStep Prepend(IbbSenderOutput output, SenderStep step) => new(step.State, step.Outputs.Insert(0, output));

    private static SenderStep Go(IbbSenderState state, params ImmutableArray<IbbSenderOutput> outputs) => new(state, outputs);
}
