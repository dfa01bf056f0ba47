using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>
/// The receiving side of an in-band bytestream as pure steps (XEP-0047 §2). A block is acknowledged when the buffer has accepted it, which
/// is the only back-pressure of the protocol. The bytes are not kept here: outputs say what to do with them.
/// </summary>
internal static partial class IbbReceiver
{
    /// <summary>Number of cached acknowledgements: more than the stanzas that a server may repeat from a sender that honours the window.</summary>
    public const int Remembered = 128;

    /// <summary>Minimum cost of a block; otherwise one-byte blocks would use more memory than the limits allow.</summary>
    public const int LeastCharge = 256;

    /// <summary>RFC 6120 would make it type wait, but waiting does not help here.</summary>
    private static readonly StanzaError s_outOfOrder = new(ErrorType.Cancel, ErrorConditions.UnexpectedRequest);

    /// <summary>What a block counts towards buffer space and limits.</summary>
    public static int ChargeOf(int length) => Math.Max(length, LeastCharge);

    /// <summary>Applies one input.</summary>
    public static Step<IbbReceiverState, IbbReceiverOutput> Next(IbbReceiverState state, IbbReceiverInput input) => (state.Phase, input) switch
    {
        (IbbReceiverPhase.Start, IbbReceiverInput.OpenRequested open) => Open(state, open.Request),
        (_, IbbReceiverInput.OpenRequested open) => Go(state, Reply(open.Request.Fail(StanzaError.NotAcceptable))),
        (IbbReceiverPhase.Open, IbbReceiverInput.Arrived block) => Arrived(state, block),
        (_, IbbReceiverInput.Arrived block) => TooLate(state, block),
        (IbbReceiverPhase.Open or IbbReceiverPhase.Finishing, IbbReceiverInput.RoomMade made) => Release(state, made.Room),
        (IbbReceiverPhase.Open, IbbReceiverInput.HoldOver over) when state.HoldEnds <= over.Now => RefuseHeld(state),
        (IbbReceiverPhase.Open, IbbReceiverInput.CloseRequested close) => Close(state, close.Request),
        (_, IbbReceiverInput.CloseRequested close) => Go(state, Reply(close.Request.Fail(StanzaError.ItemNotFound))),
        (IbbReceiverPhase.Open, IbbReceiverInput.Cancel) => End(state, IbbFault.Local, "This side closed the in-band bytestream.", tellPeer: true),
        (IbbReceiverPhase.Finishing, IbbReceiverInput.Cancel) => End(state, IbbFault.Local, "This side cancelled the in-band bytestream.", tellPeer: false),
        (IbbReceiverPhase.Open, IbbReceiverInput.LinkLost) => End(state, IbbFault.LinkLost, "The XMPP link of the bytestream was lost.", tellPeer: false),
        _ => Step<IbbReceiverState, IbbReceiverOutput>.Ignore(state),
    };

    private static Step<IbbReceiverState, IbbReceiverOutput> Open(IbbReceiverState state, Iq request)
    {
        if (!IbbOpen.TryRead(request.Payload, out var open, out var refusal))
        {
            return Refuse(state, request, refusal);
        }

        if (open.BlockSize > state.Terms.MaxBlockSize)
        {
            // The peer halves the size and retries: plain IBB has no other way to convey the limit than this text.
            var tooLarge = new StanzaError(ErrorType.Modify, ErrorConditions.ResourceConstraint, $"Blocks of at most {state.Terms.MaxBlockSize} bytes.");
            return Refuse(state, request, tooLarge);
        }

        if (open.ByMessage && !state.Terms.AllowsMessages)
        {
            return Refuse(state, request, StanzaError.FeatureNotImplemented.WithText("Only iq stanzas are supported."));
        }

        return Go(
            state with { Phase = IbbReceiverPhase.Open, BlockSize = Math.Max(open.BlockSize, state.Terms.OfferedBlockSize) },
            Reply(request.Result()),
            new IbbReceiverOutput.Opened(open));
    }

    /// <summary>This side is notified before the peer, so that the peer's next stanza does not refer to a closed stream.</summary>
    private static Step<IbbReceiverState, IbbReceiverOutput> Refuse(IbbReceiverState state, Iq request, StanzaError error) =>
        Go(state with { Phase = IbbReceiverPhase.Ended }, new IbbReceiverOutput.Refused(error), Reply(request.Fail(error)));

    private static Step<IbbReceiverState, IbbReceiverOutput> Close(IbbReceiverState state, Iq request)
    {
        ImmutableArray<IbbReceiverOutput> first = state.IsShort ? [Reply(request.Result()), new IbbReceiverOutput.ClosedEarly()] : [Reply(request.Result())];
        return state.Held.IsEmpty
            ? Go(state with { Phase = IbbReceiverPhase.Ended }, [.. first, new IbbReceiverOutput.Complete()])
            : Go(state with { Phase = IbbReceiverPhase.Finishing }, first);
    }

    private static Step<IbbReceiverState, IbbReceiverOutput> End(IbbReceiverState state, IbbFault fault, string why, bool tellPeer)
    {
        ImmutableArray<IbbReceiverOutput> outputs =
        [
            new IbbReceiverOutput.DropHeld(),
            .. fault == IbbFault.LinkLost ? [] : RefusedHeld(state, StanzaError.ItemNotFound),
            new IbbReceiverOutput.Fail(fault, why),
        ];
        return Go(
            state with { Phase = IbbReceiverPhase.Ended, Held = [], HeldBytes = 0 },
            tellPeer ? outputs.Insert(0, new IbbReceiverOutput.Close()) : outputs);
    }

    private static IbbReceiverOutput.Reply Reply(Iq answer) => new(answer);

    private static Step<IbbReceiverState, IbbReceiverOutput> Go(IbbReceiverState state, params ImmutableArray<IbbReceiverOutput> outputs) =>
        new(state, outputs);
}
