using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

using SenderStep = Step<IbbSenderState, IbbSenderOutput>;

/// <summary>
/// The sending side of an in-band bytestream as pure steps (XEP-0047 §2). One block is outstanding at a time, unless the peer is known to
/// handle blocks in order: then a window of unacknowledged blocks grows with each prompt acknowledgement and shrinks when the peer or the
/// network is slow. A block refused with a wait error is sent again under its number, but only when all outstanding blocks were refused
/// likewise: blocks behind a gap are lost.
/// </summary>
internal static class IbbSender
{
    /// <summary>Applies one input.</summary>
    public static SenderStep Next(IbbSenderState state, IbbSenderInput input) => (state.Phase, input) switch
    {
        (IbbSenderPhase.Start, IbbSenderInput.Begin) => Go(state with { Phase = IbbSenderPhase.Opening }, AskOpen(state)),
        (IbbSenderPhase.Start or IbbSenderPhase.Opening or IbbSenderPhase.Open, IbbSenderInput.OrderKept) => Go(state with { KeepsOrder = !state.OrderLost }),
        (IbbSenderPhase.Opening, IbbSenderInput.OpenAnswered opened) => OpenAnswered(state, opened.Answer),
        (IbbSenderPhase.Open, not IbbSenderInput.Cancel) when state.Failure is { } failure => AfterFailure(state, failure, input),
        (IbbSenderPhase.Open, IbbSenderInput.Block block) => Block(state, block),
        (IbbSenderPhase.Open, IbbSenderInput.BlockAnswered answered) => BlockAnswered(state, answered),
        (IbbSenderPhase.Open, IbbSenderInput.LastSent) => Proceed(state with { LastSent = true, Granted = 0 }),
        (IbbSenderPhase.Open, IbbSenderInput.RetryDue) when state.Recovering => Retry(state),
        (IbbSenderPhase.Open, IbbSenderInput.CloseRequested close) => PeerCloses(state, close.Request),
        (IbbSenderPhase.Open, IbbSenderInput.GraceOver) when state.PeerClosed => Conclude(state, EarlyClose(state)),
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
                var refused = Refused(state, none, none.Why.Describe("the in-band bytestream"));
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
            Answer.Error error => BlockRefused(state, at, error.Stanza),
            Answer.None { Why: NoAnswer.Overloaded } => Bounced(state, at),
            Answer.None { Why: NoAnswer.LinkLost } => Break(
                state, IbbFault.LinkLost, $"The XMPP link was lost with {state.Acknowledged} bytes acknowledged.", tellPeer: false),
            _ => Conclude(state, new IbbFailure(IbbFault.PeerStalled, $"The peer did not acknowledge block {answered.Sequence} in time.", TellPeer: true)),
        };
    }

    /// <summary>RFC 6120 gives unexpected-request the type wait, but waiting does not close a gap.</summary>
    private static bool MayPass(StanzaError error) => error is { Type: ErrorType.Wait, Condition: not ErrorConditions.UnexpectedRequest };

    private static SenderStep Acknowledged(IbbSenderState state, int at, TimeSpan took)
    {
        if (Overtakes(state, at))
        {
            var settled = Settle(Disordered(state) with { Window = 1, Retries = 0 }, at, IbbFlightStatus.Acknowledged);
            return state.OrderLost ? settled : Prepend(new IbbSenderOutput.OrderLost(), settled);
        }

        var most = state.KeepsOrder ? state.Terms.MaxWindow : 1;
        var window = took > state.Terms.SlowAck ? Math.Max(1, state.Window / 2)
            : !state.Recovering ? Math.Min(most, state.Window + 1)
            : state.Window;
        return Settle(state with { Window = window, Retries = 0 }, at, IbbFlightStatus.Acknowledged);
    }

    /// <summary>A peer that handles blocks in order responds in order, too (RFC 6120 §10.1).</summary>
    private static bool Overtakes(IbbSenderState state, int at) => state.Flights.Take(at).Any(flight => flight.Status == IbbFlightStatus.Sent);

    private static IbbSenderState Disordered(IbbSenderState state) => state with { OrderLost = true, KeepsOrder = false };

    /// <summary>
    /// With others outstanding the cause may be reordering, which their responses show: the first refusal may refer to a closed stream.
    /// </summary>
    private static SenderStep BlockRefused(IbbSenderState state, int at, StanzaError error)
    {
        if (error.Condition == ErrorConditions.UnexpectedRequest && state.Pipelined && !state.OrderLost)
        {
            return Prepend(new IbbSenderOutput.OrderLost(), BlockRefused(Disordered(state), at, error));
        }

        var failure = state.PeerClosed
            ? EarlyClose(state)
            : new IbbFailure(IbbFault.PeerRefused, $"The peer refused block {state.Flights[at].Sequence}: {error.Describe()}.", TellPeer: true);
        var flights = state.Flights.SetItem(at, state.Flights[at] with { Status = IbbFlightStatus.Bounced });
        return AwaitRest(state with { Flights = flights }, failure);
    }

    private static SenderStep AwaitRest(IbbSenderState state, IbbFailure failure) =>
        state is { Pipelined: true, OrderLost: false } && state.Flights.Any(flight => flight.Status == IbbFlightStatus.Sent)
            ? Go(state with { Failure = failure }, new IbbSenderOutput.AwaitLast())
            : Conclude(state, failure);

    private static SenderStep Conclude(IbbSenderState state, IbbFailure failure) => state.OrderLost
        ? Break(state, IbbFault.OutOfOrder, $"The peer does not handle blocks in order. {failure.Why}", failure.TellPeer)
        : Break(state, failure.Fault, failure.Why, failure.TellPeer);

    private static SenderStep AfterFailure(IbbSenderState state, IbbFailure failure, IbbSenderInput input)
    {
        switch (input)
        {
            case IbbSenderInput.GraceOver:
                return Conclude(state, failure);
            case IbbSenderInput.CloseRequested close when state.PeerClosed:
                return Go(state, Reply(close.Request.Fail(StanzaError.ItemNotFound)));
            case IbbSenderInput.CloseRequested close:
                return Go(state with { PeerClosed = true, Failure = failure with { TellPeer = false } }, Reply(close.Request.Result()));
            case IbbSenderInput.BlockAnswered answered when IndexOf(state.Flights, answered.Sequence) is >= 0 and var at:
                var isProof = answered.Answer is Answer.Result ? Overtakes(state, at)
                    : answered.Answer is Answer.Error { Stanza.Condition: ErrorConditions.UnexpectedRequest };
                var status = answered.Answer is Answer.Result ? IbbFlightStatus.Acknowledged : IbbFlightStatus.Bounced;
                var seen = state with { Flights = state.Flights.SetItem(at, state.Flights[at] with { Status = status }) };
                return isProof ? Prepend(new IbbSenderOutput.OrderLost(), AwaitRest(Disordered(seen), failure))
                    : seen.Flights.Any(flight => flight.Status == IbbFlightStatus.Sent) ? Go(seen)
                    : Conclude(seen, failure);
            default:
                return SenderStep.Ignore(state);
        }
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
                state, IbbFault.OutOfOrder, $"Block {state.Flights[0].Sequence} was lost, but the later block {later.Sequence} was not.", tellPeer: true);
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

        return Grant(state with { Flights = flights, Pipelined = state.Pipelined || sent > 1 }, outputs.ToImmutable());
    }

    /// <summary>Also when the peer has closed: another block would mean that it closed too early.</summary>
    private static SenderStep Grant(IbbSenderState state, ImmutableArray<IbbSenderOutput> outputs)
    {
        var more = state.LastSent ? 0 : state.Window - state.Flights.Length - state.Granted;
        return more > 0
            ? new(state with { Granted = state.Granted + more }, outputs.Add(new IbbSenderOutput.Grant(more)))
            : new(state, outputs);
    }

    /// <summary>A receiver that counts bytes may close before its last acknowledgements, or before this side has read its own end of file.</summary>
    private static SenderStep PeerCloses(IbbSenderState state, Iq request)
    {
        var reply = Reply(request.Result());
        return state.PeerClosed ? Go(state, Reply(request.Fail(StanzaError.ItemNotFound)))
            : state.Flights.Any(flight => flight.Status is IbbFlightStatus.Unsent or IbbFlightStatus.Bounced) ? Prepend(reply, ClosedEarly(state))
            : Go(state with { PeerClosed = true }, reply, new IbbSenderOutput.AwaitLast());
    }

    private static SenderStep ClosedEarly(IbbSenderState state) =>
        AwaitRest(state, EarlyClose(state));

    private static IbbFailure EarlyClose(IbbSenderState state) =>
        new(IbbFault.PeerClosed, $"The peer closed the in-band bytestream after {state.Acknowledged} bytes.", TellPeer: false);

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
