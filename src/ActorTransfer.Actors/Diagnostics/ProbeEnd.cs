using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Diagnostics;

/// <summary>
/// One end: sends the payload on request, and compares received bytes with it. It does not half-close before it is disposed: some
/// proxies then close both directions.
/// </summary>
internal sealed class ProbeEnd : IAsyncDisposable
{
    private readonly IByteLink _link;
    private readonly byte[] _payload;
    private readonly ISourceQueueWithComplete<Chunk> _queue;
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ProbeEnd(IByteLink link, byte[] payload, IMaterializer materializer)
    {
        _link = link;
        _payload = payload;
        var incoming = link.Incoming.Select(Take).RunWith(Sink.Ignore<int>(), materializer);
        (_queue, var outgoing) = Source.Queue<Chunk>(1, OverflowStrategy.DropNew).ToMaterialized(link.Outgoing, Keep.Both).Run(materializer);
        Ended = Task.WhenAny(incoming, outgoing);
        Over = Task.WhenAll(incoming, outgoing);
    }

    /// <summary>All bytes have arrived, or different ones.</summary>
    public Task Arrived => _arrived.Task;

    /// <summary>One of the directions is closed.</summary>
    public Task Ended { get; }

    public int Count { get; private set; }

    private Task Over { get; }

    public Task SendAsync() => _queue.OfferAsync(Chunk.CopyOf(_payload));

    public async ValueTask DisposeAsync()
    {
        _queue.Complete();
        _link.Dispose();
        await Over.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private int Take(Chunk chunk)
    {
        using (chunk)
        {
            if (!_payload.AsSpan(Math.Min(Count, _payload.Length)).StartsWith(chunk.Span))
            {
                _arrived.TrySetException(new IOException("The received bytes differ from the sent ones."));
            }

            Count += chunk.Length;
        }

        if (Count == _payload.Length)
        {
            _arrived.TrySetResult();
        }

        return Count;
    }
}
