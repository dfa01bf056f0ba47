using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

using SenderStep = Step<IbbSenderState, IbbSenderOutput>;

/// <content>Failures: the remaining responses show whether reordering of blocks is the cause.</content>
internal static partial class IbbSender
{
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

    private static SenderStep ClosedEarly(IbbSenderState state) =>
        AwaitRest(state, EarlyClose(state));

    private static IbbFailure EarlyClose(IbbSenderState state) =>
        new(IbbFault.PeerClosed, $"The peer closed the in-band bytestream after {state.Acknowledged} bytes.", TellPeer: false);

    private static SenderStep Break(IbbSenderState state, IbbFault fault, string why, bool tellPeer)
    {
        var fail = new IbbSenderOutput.Fail(fault, why);
        var ended = state with { Phase = IbbSenderPhase.Ended, Flights = [] };
        return tellPeer ? Go(ended, AskClose(state), fail) : Go(ended, fail);
    }
}
