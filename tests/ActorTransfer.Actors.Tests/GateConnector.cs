using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>One attempt to reach a streamhost, for the test to decide.</summary>
internal sealed record Attempt(
    StreamHost Host,
    DestinationAddress Destination,
    TimeSpan Limit,
    StreamHostTrust Trust,
    TaskCompletionSource<IByteLink> Result,
    CancellationToken Cancellation)
{
    public void Succeed(IByteLink link) => Result.SetResult(link);

    public void Fail(string why) => Fail(new IOException(why));

    public void Fail(Exception why) => Result.SetException(why);
}

/// <summary>Tells every attempt to an actor, a probe, and leaves its result to the test.</summary>
/// <param name="gate">Who is told.</param>
/// <param name="heedsCancellation">False: as a connection that is made at the moment it is called off.</param>
internal sealed class GateConnector(IActorRef gate, bool heedsCancellation = true) : IStreamHostConnector
{
    public Task<IByteLink> ConnectAsync(
        StreamHost host, DestinationAddress destination, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation)
    {
        var attempt = new Attempt(host, destination, limit, trust, new TaskCompletionSource<IByteLink>(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        if (heedsCancellation)
        {
            cancellation.Register(() => attempt.Result.TrySetCanceled(cancellation));
        }

        gate.Tell(attempt);
        return attempt.Result.Task;
    }
}

/// <summary>A link that tells when it was disposed.</summary>
internal sealed class WatchedLink(MemoryLink inner) : IByteLink
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Closed => _closed.Task;

    public System.Net.EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public Akka.Streams.Dsl.Source<Chunk, Akka.NotUsed> Incoming => inner.Incoming;

    public Akka.Streams.Dsl.Sink<Chunk, Task<long>> Outgoing => inner.Outgoing;

    public Akka.Streams.Dsl.Sink<Chunk, Task<long>> OutgoingWatched(TimeSpan linger) => inner.OutgoingWatched(linger);

    public Task<bool> ClosedBeforeDataAsync(CancellationToken ct) => inner.ClosedBeforeDataAsync(ct);

    public void Abort()
    {
        inner.Abort();
        _closed.TrySetResult();
    }

    public void Dispose()
    {
        inner.Dispose();
        _closed.TrySetResult();
    }
}
