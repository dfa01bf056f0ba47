using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>
/// The receiving side of an in-band bytestream as pure steps (XEP-0047 §2). A block is acknowledged when the buffer has accepted it, which
/// is the only back-pressure of the protocol. The bytes are not kept here: outputs say what to do with them.
/// </summary>
internal static class IbbReceiver
{
    /// <summary>Number of cached acknowledgements: more than the stanzas that a server may repeat from a sender that honours the window.</summary>
    public const int Remembered = 32;

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
            state with { Phase = IbbReceiverPhase.Open, BlockSize = open.BlockSize },
            Reply(request.Result()),
            new IbbReceiverOutput.Opened(open));
    }

    /// <summary>This side is notified before the peer, so that the peer's next stanza does not refer to a closed stream.</summary>
    private static Step<IbbReceiverState, IbbReceiverOutput> Refuse(IbbReceiverState state, Iq request, StanzaError error) =>
        Go(state with { Phase = IbbReceiverPhase.Ended }, new IbbReceiverOutput.Refused(error), Reply(request.Fail(error)));

    private static Step<IbbReceiverState, IbbReceiverOutput> Arrived(IbbReceiverState state, IbbReceiverInput.Arrived block)
    {
        if (block.Request is null && !state.Terms.AllowsMessages)
        {
            return Go(state, new IbbReceiverOutput.Drop());
        }

        if (block.Request is { } again && block.Sequence is { } known && known != state.Expected)
        {
            if (state.Acknowledged.Contains((known, again.Id)))
            {
                return Go(state, new IbbReceiverOutput.Drop(), Reply(again.Result()));
            }

            if (state.Held.Any(held => held.Sequence == known && held.Request?.Id == again.Id))
            {
                return Go(state, new IbbReceiverOutput.Drop());
            }

            if (known == state.RefusedUpTo)
            {
                return RefuseForRoom(state, again, known);
            }
        }

        return Fault(state, block) is var (error, why) ? Violated(state, block.Request, error, why) : Take(state, block);
    }

    /// <summary>Compared for equality, so the wrap at 65536 needs no special case.</summary>
    private static (StanzaError Error, string Why)? Fault(IbbReceiverState state, IbbReceiverInput.Arrived block) => block switch
    {
        { Sequence: null } => (Malformed("The attribute seq is missing."), "a block without number"),
        { Sequence: var at } when at != state.Expected => (s_outOfOrder, $"block {at} instead of {state.Expected}"),
        { Length: null } => (Malformed("The block is not valid base64."), $"block {block.Sequence} is not valid base64"),
        { Length: var length } when length > state.BlockSize => (Malformed("The block is too large."), $"block {block.Sequence} has {length} bytes, {state.BlockSize} were agreed"),
        _ => null,
    };

    private static Step<IbbReceiverState, IbbReceiverOutput> Take(IbbReceiverState state, IbbReceiverInput.Arrived block)
    {
        var (sequence, charge) = (block.Sequence!.Value, ChargeOf(block.Length!.Value));
        var further = state with { Expected = (ushort)(sequence + 1), RefusedUpTo = null };
        if (block.HasMemory && state.Held.IsEmpty && charge <= block.Room)
        {
            return block.Request is { } request
                ? Go(Remember(further, sequence, request.Id), new IbbReceiverOutput.Accept(), Reply(request.Result()))
                : Go(further, new IbbReceiverOutput.Accept());
        }

        if (block.HasMemory && state.HeldBytes + charge <= state.Terms.MaxHeldBytes)
        {
            var held = new IbbHeldBlock(block.Request, sequence, charge, block.Now);
            return Go(further with { Held = state.Held.Enqueue(held), HeldBytes = state.HeldBytes + charge }, new IbbReceiverOutput.Hold());
        }

        return block.Request is { } excess
            ? RefuseForRoom(state, excess, sequence)
            : Violated(state, null, StanzaError.ResourceConstraint, "messages brought more bytes than the buffer can hold, and messages cannot be delayed");
    }

    private static Step<IbbReceiverState, IbbReceiverOutput> RefuseForRoom(IbbReceiverState state, Iq request, ushort sequence) =>
        Go(
            state with { RefusedUpTo = (ushort)(sequence + 1) },
            new IbbReceiverOutput.Drop(),
            Reply(request.Fail(StanzaError.ResourceConstraint)));

    private static Step<IbbReceiverState, IbbReceiverOutput> Violated(IbbReceiverState state, Iq? request, StanzaError error, string why)
    {
        var end = End(state, IbbFault.PeerRefused, $"The peer violated the in-band bytestream protocol: {why}.", tellPeer: true);
        ImmutableArray<IbbReceiverOutput> first = request is null
            ? [new IbbReceiverOutput.Drop()]
            : [new IbbReceiverOutput.Drop(), Reply(request.Fail(error))];
        return new(end.State, [.. first, .. end.Outputs]);
    }

    private static Step<IbbReceiverState, IbbReceiverOutput> TooLate(IbbReceiverState state, IbbReceiverInput.Arrived block) =>
        block.Request is { } request
            ? Go(state, new IbbReceiverOutput.Drop(), Reply(request.Fail(StanzaError.ItemNotFound)))
            : Go(state, new IbbReceiverOutput.Drop());

    private static Step<IbbReceiverState, IbbReceiverOutput> Release(IbbReceiverState state, int room)
    {
        var outputs = ImmutableArray.CreateBuilder<IbbReceiverOutput>();
        var count = 0;
        while (!state.Held.IsEmpty && state.Held.Peek() is var oldest && oldest.Charge <= room)
        {
            room -= oldest.Charge;
            count++;
            state = state with { Held = state.Held.Dequeue(), HeldBytes = state.HeldBytes - oldest.Charge };
            if (oldest.Request is { } request)
            {
                state = Remember(state, oldest.Sequence, request.Id);
                outputs.Add(Reply(request.Result()));
            }
        }

        if (count > 0)
        {
            outputs.Insert(0, new IbbReceiverOutput.Release(count));
        }

        if (state is { Phase: IbbReceiverPhase.Finishing, Held.IsEmpty: true })
        {
            state = state with { Phase = IbbReceiverPhase.Ended };
            outputs.Add(new IbbReceiverOutput.Complete());
        }

        return new(state, outputs.ToImmutable());
    }

    /// <summary>All held blocks are refused, so that the peer does not find a gap when it sends the oldest again.</summary>
    private static Step<IbbReceiverState, IbbReceiverOutput> RefuseHeld(IbbReceiverState state)
    {
        if (state.Held.Any(held => held.Request is null))
        {
            return Step<IbbReceiverState, IbbReceiverOutput>.Ignore(state); // a message cannot be sent again
        }

        ImmutableArray<IbbReceiverOutput> replies = [.. RefusedHeld(state, StanzaError.ResourceConstraint)];
        return Go(
            state with { Expected = state.Held.Peek().Sequence, RefusedUpTo = state.RefusedUpTo ?? state.Expected, Held = [], HeldBytes = 0 },
            replies.Insert(0, new IbbReceiverOutput.DropHeld()));
    }

    /// <summary>Each request has one response, even after a failure (RFC 6120 §8.2.3).</summary>
    private static IEnumerable<IbbReceiverOutput> RefusedHeld(IbbReceiverState state, StanzaError error) =>
        state.Held.Where(held => held.Request is not null).Select(held => Reply(held.Request!.Fail(error)));

    private static Step<IbbReceiverState, IbbReceiverOutput> Close(IbbReceiverState state, Iq request) =>
        state.Held.IsEmpty
            ? Go(state with { Phase = IbbReceiverPhase.Ended }, Reply(request.Result()), new IbbReceiverOutput.Complete())
            : Go(state with { Phase = IbbReceiverPhase.Finishing }, Reply(request.Result()));

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

    private static IbbReceiverState Remember(IbbReceiverState state, ushort sequence, string id)
    {
        var known = state.Acknowledged.Enqueue((sequence, id));
        return state.AcknowledgedCount < Remembered
            ? state with { Acknowledged = known, AcknowledgedCount = state.AcknowledgedCount + 1 }
            : state with { Acknowledged = known.Dequeue() };
    }

    private static StanzaError Malformed(string text) => new(ErrorType.Cancel, ErrorConditions.BadRequest, text);

    private static IbbReceiverOutput.Reply Reply(Iq answer) => new(answer);

    private static Step<IbbReceiverState, IbbReceiverOutput> Go(IbbReceiverState state, params ImmutableArray<IbbReceiverOutput> outputs) => new(state, outputs);
}
