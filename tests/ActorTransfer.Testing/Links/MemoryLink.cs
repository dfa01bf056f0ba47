using System.Net;
using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Testing.Links;

/// <summary>
/// A byte link inside the process that behaves like a TCP connection: bounded buffers, half-close, end and reset. For scenarios that need a
/// link and no network.
/// </summary>
public sealed class MemoryLink : IByteLink
{
    private readonly MemoryPipe _in;
    private readonly MemoryPipe _out;
    private int _disposed;

    private MemoryLink(MemoryPipe incoming, MemoryPipe outgoing)
    {
        _in = incoming;
        _out = outgoing;
    }

    public EndPoint? RemoteEndPoint => null;

    public Source<Chunk, NotUsed> Incoming => Source.FromGraph(new MemoryIncoming(_in));

    public Sink<Chunk, Task<long>> Outgoing => Sink.FromGraph(new MemoryOutgoing<long>(_out, back: null, linger: null, static sent => sent.Bytes));

    /// <summary>The two ends of a new link.</summary>
    /// <param name="capacity">Buffer size of a direction.</param>
    public static (MemoryLink Left, MemoryLink Right) CreatePair(long capacity = 64 * 1024)
    {
        MemoryPipe there = new(capacity);
        MemoryPipe back = new(capacity);
        return (new MemoryLink(back, there), new MemoryLink(there, back));
    }

    public Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger) =>
        Sink.FromGraph(new MemoryOutgoing<SentBytes>(_out, _in, linger, static sent => sent));

    public async Task<bool> ClosedBeforeDataAsync(CancellationToken ct)
    {
        while (true)
        {
            TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_in.Peek(() => changed.TrySetResult()) is { } outcome)
            {
                return outcome == MemoryPipe.Outcome.End;
            }

            await changed.Task.WaitAsync(ct);
        }
    }

    public void Abort()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            ByteLinkException reset = new(ByteLinkFault.PeerReset, "The link was aborted.");
            _out.Fail(reset);
            _in.Fail(reset);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _out.End();
            _in.CloseReader();
            _in.End();
        }
    }
}
