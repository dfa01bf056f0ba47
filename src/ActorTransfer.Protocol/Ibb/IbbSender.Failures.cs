using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

using SenderStep = Step<IbbSenderState, IbbSenderOutput>;

/// <content>Failures: the remaining responses show whether reordering of blocks is the cause.</content>
internal static partial class IbbSender
{
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
        return AwaitRest(state with { Flights = state.Flights.With(at, IbbFlightStatus.Bounced) }, failure);
    }

    private static SenderStep AwaitRest(IbbSenderState state, IbbFailure failure) =>
        state is { Pipelined: true, OrderLost: false } && state.Flights.AwaitsResponse
            ? Go(state with { Failure = failure }, new IbbSenderOutput.AwaitLast())
            : Conclude(state, failure);

    private static SenderStep Conclude(IbbSenderState state, IbbFailure failure) => state.OrderLost
        ? Break(state, IbbFault.OutOfOrder, $"The peer does not handle blocks in order. {failure.Reason}", failure.TellPeer)
        : Break(state, failure.Fault, failure.Reason, failure.TellPeer);

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
            case IbbSenderInput.BlockAnswered answered when state.Flights.IndexOfSent(answered.Sequence) is >= 0 and var at:
                var isProof = answered.Answer is Answer.Result ? state.Flights.IsOvertaking(at)
                    : answered.Answer is Answer.Error { Stanza.Condition: ErrorConditions.UnexpectedRequest };
                var status = answered.Answer is Answer.Result ? IbbFlightStatus.Acknowledged : IbbFlightStatus.Bounced;
                var seen = state with { Flights = state.Flights.With(at, status) };
                return isProof ? Prepend(new IbbSenderOutput.OrderLost(), AwaitRest(Disordered(seen), failure))
                    : seen.Flights.AwaitsResponse ? Go(seen)
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
        var ended = state with { Phase = IbbSenderPhase.Ended, Flights = IbbFlights.None };
        return tellPeer ? Go(ended, AskClose(state), fail) : Go(ended, fail);
    }
}
