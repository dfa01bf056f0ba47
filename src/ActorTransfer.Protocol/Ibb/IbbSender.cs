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
internal static partial class IbbSender
{
    /// <summary>Up to this many blocks the window grows even while blocks queue: a slow server with this many still responds in time.</summary>
    public const int UnhurriedWindow = 8;

    /// <summary>Time that a block may take in addition to two round trips without counting as queued.</summary>
    public static readonly TimeSpan MaxQueueTime = TimeSpan.FromMilliseconds(50);

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
        (IbbSenderPhase.Opening or IbbSenderPhase.Open, IbbSenderInput.Cancel cancel) =>
            Break(state, IbbFault.Local, cancel.Reason, tellPeer: !state.PeerClosed),
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
                var refused = Refused(state, none, none.Reason.Describe("the in-band bytestream"));
                return none.Reason == NoAnswer.Timeout ? Prepend(AskClose(state), refused) : refused;
            default:
                return SenderStep.Ignore(state);
        }
    }

    private static SenderStep Refused(IbbSenderState state, Answer answer, string why) =>
        Go(state with { Phase = IbbSenderPhase.Ended }, new IbbSenderOutput.Refused(answer, why));

    /// <summary>
    /// A receiver that counts bytes may close before its last acknowledgements, or before this side has read its own end of file, but not before it has
    /// all.
    /// </summary>
    private static SenderStep PeerCloses(IbbSenderState state, Iq request)
    {
        var reply = Reply(request.Result());
        return state.PeerClosed ? Go(state, Reply(request.Fail(StanzaError.ItemNotFound)))
            : state.Flights.HasUndelivered || state.Acknowledged + state.Flights.Bytes < state.Terms.Length ? Prepend(reply, ClosedEarly(state))
            : Go(state with { PeerClosed = true }, reply, new IbbSenderOutput.AwaitLast());
    }

    private static SenderStep Done(IbbSenderState state) =>
        Go(state with { Phase = IbbSenderPhase.Ended }, new IbbSenderOutput.Done(state.Acknowledged));

    private static IbbSenderOutput AskOpen(IbbSenderState state) =>
        new IbbSenderOutput.AskOpen(new IbbOpen(state.SessionId, state.BlockSize).ToXml());

    private static IbbSenderOutput AskClose(IbbSenderState state) => new IbbSenderOutput.AskClose(IbbClose.ToXml(state.SessionId));

    private static IbbSenderOutput Reply(Iq answer) => new IbbSenderOutput.Reply(answer);

    private static SenderStep Prepend(IbbSenderOutput output, SenderStep step) => new(step.State, step.Outputs.Insert(0, output));

    private static SenderStep Go(IbbSenderState state, params ImmutableArray<IbbSenderOutput> outputs) => new(state, outputs);
}
