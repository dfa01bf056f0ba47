using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

/// <content>Blocks: accepted, held until the buffer has space, or refused.</content>
internal static partial class IbbReceiver
{
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
    private static (StanzaError Error, string Reason)? Fault(IbbReceiverState state, IbbReceiverInput.Arrived block) => block switch
    {
        { Sequence: null } => (Malformed("The attribute seq is missing."), "a block without number"),
        { Sequence: var at } when at != state.Expected => (s_outOfOrder, $"block {at} instead of {state.Expected}"),
        { Length: null } => (Malformed("The block is not valid base64."), $"block {block.Sequence} is not valid base64"),
        { Length: var length } when length > state.BlockSize =>
            (Malformed("The block is too large."), $"block {block.Sequence} has {length} bytes, {state.BlockSize} were agreed"),
        _ => null,
    };

    private static Step<IbbReceiverState, IbbReceiverOutput> Take(IbbReceiverState state, IbbReceiverInput.Arrived block)
    {
        var (sequence, length) = (block.Sequence!.Value, block.Length!.Value);
        var charge = ChargeOf(length);
        var further = state with { Expected = (ushort)(sequence + 1), RefusedUpTo = null };
        if (block.HasMemory && state.Held.IsEmpty && charge <= block.Room)
        {
            var taken = further with { Received = state.Received + length };
            return block.Request is { } request
                ? Go(Remember(taken, sequence, request.Id), new IbbReceiverOutput.Accept(), Reply(request.Result()))
                : Go(taken, new IbbReceiverOutput.Accept());
        }

        if (block.HasMemory && state.HeldBytes + charge <= state.Terms.MaxHeldBytes)
        {
            var held = new IbbHeldBlock(block.Request?.WithoutPayload(), sequence, length, block.Now);
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
            state = state with
            {
                Held = state.Held.Dequeue(),
                HeldBytes = state.HeldBytes - oldest.Charge,
                Received = state.Received + oldest.Length,
            };
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

    private static IbbReceiverState Remember(IbbReceiverState state, ushort sequence, string id)
    {
        var known = state.Acknowledged.Enqueue((sequence, id));
        return state.AcknowledgedCount < Remembered
            ? state with { Acknowledged = known, AcknowledgedCount = state.AcknowledgedCount + 1 }
            : state with { Acknowledged = known.Dequeue() };
    }

    private static StanzaError Malformed(string text) => new(ErrorType.Cancel, ErrorConditions.BadRequest, text);
}
