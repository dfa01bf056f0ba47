using ActorTransfer.Extensibility;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.InBand;

/// <summary>The link of an <see cref="InBandSenderActor"/>: write-only.</summary>
internal sealed class InBandSenderLink(IActorRef actor, int blockSize) : InBandLink(actor)
{
    private int _outgoingTaken;

    public override Source<Chunk, NotUsed> Incoming => Source.Empty<Chunk>();

    internal int BlockSize { get; } = blockSize;

    public override Sink<Chunk, Task<long>> Outgoing => Sink.FromGraph(new InBandOutgoingStage<long>(this, TimeSpan.MaxValue, static bytes => bytes));

    public override Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger) =>
        Sink.FromGraph(new InBandOutgoingStage<SentBytes>(this, linger, static bytes => new SentBytes(bytes, Delivery.Acknowledged)));

    /// <summary>The peer of a sender only sends the close.</summary>
    public override async Task<bool> ClosedBeforeDataAsync(CancellationToken ct)
    {
        var closed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onClosed = Closed.UnsafeRegister(_ => closed.TrySetResult(true), null).ConfigureAwait(false);
        return await closed.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    internal bool TryTakeOutgoing() => Interlocked.Exchange(ref _outgoingTaken, 1) == 0;
}
