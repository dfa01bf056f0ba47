using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>One attempt to connect to a streamhost, for the test to decide.</summary>
internal sealed class Attempt(StreamHost host, TimeSpan limit, StreamHostTrust trust, IActorRef gate, CancellationToken cancellation, bool heedsCancellation)
    : IStreamHostConnection
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DestinationAddress> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamHost Host { get; } = host;

    public TimeSpan Limit { get; } = limit;

    public StreamHostTrust Trust { get; } = trust;

    public CancellationToken Cancellation { get; } = cancellation;

    public TaskCompletionSource<IStreamHostConnection> Connected { get; } = New<IStreamHostConnection>(cancellation, heedsCancellation);

    /// <summary>The handshake's hash, as soon as it has begun.</summary>
    public Task<DestinationAddress> Asked => _asked.Task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The gate is told of the handshake, and the test decides on it.</summary>
    public bool Announces { get; private set; }

    public EndPoint? RemoteEndPoint { get; private set; }

    public bool HasEnded { get; set; }

    public bool IsDisposed => _disposed.Task.IsCompleted;

    private TaskCompletionSource<IByteLink> Link { get; } = New<IByteLink>(cancellation, heedsCancellation);

    /// <summary>The connection is made; the gate gets a <see cref="Handshake"/> when there is one.</summary>
    public void Connect(EndPoint? at = null)
    {
        Announces = true;
        RemoteEndPoint = at;
        Connected.SetResult(this);
    }

    /// <summary>The connection is made and the handshake will be.</summary>
    public void Succeed(IByteLink link)
    {
        Link.SetResult(link);
        Connected.SetResult(this);
    }

    public void Fail(string why) => Fail(new IOException(why));

    /// <summary>A refusal is one of the handshake, everything else of the connection.</summary>
    public void Fail(Exception why)
    {
        if (why is not Socks5RefusedException)
        {
            Connected.SetException(why);
            return;
        }

        Link.SetException(why);
        Connected.SetResult(this);
    }

    public Task<IByteLink> HandshakeAsync(DestinationAddress destination, TimeSpan limit, CancellationToken cancellation)
    {
        _asked.SetResult(destination);
        if (Announces)
        {
            gate.Tell(new Handshake(this, destination, limit, Link));
        }

        return Link.Task;
    }

    /// <summary>A connection over which nothing went is closed by it, its link with it.</summary>
    public void Dispose()
    {
        _disposed.TrySetResult();
        if (!_asked.Task.IsCompleted && Link.Task.IsCompletedSuccessfully)
        {
            Link.Task.Result.Dispose();
        }
    }

    public Task DisposedAsync() => _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));

    private static TaskCompletionSource<T> New<T>(CancellationToken cancellation, bool heedsCancellation)
    {
        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (heedsCancellation)
        {
            cancellation.Register(() => source.TrySetCanceled(cancellation));
        }

        return source;
    }
}

/// <summary>One handshake over a connection that is made.</summary>
internal sealed record Handshake(Attempt Attempt, DestinationAddress Destination, TimeSpan Limit, TaskCompletionSource<IByteLink> Result);

/// <summary>Tells every attempt to an actor, a probe, and leaves its result to the test.</summary>
/// <param name="gate">Who is told.</param>
/// <param name="heedsCancellation">False: as a connection that is made at the moment it is called off.</param>
internal sealed class GateConnector(IActorRef gate, bool heedsCancellation = true) : IStreamHostConnector
{
    public Func<StreamHost, bool> Forbidden { get; init; } = _ => false;

    public bool Forbids(StreamHost host) => Forbidden(host);

    public Task<IStreamHostConnection> ConnectAsync(StreamHost host, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation)
    {
        var attempt = new Attempt(host, limit, trust, gate, cancellation, heedsCancellation);
        gate.Tell(attempt);
        return attempt.Connected.Task;
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

    public Akka.Streams.Dsl.Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger) => inner.OutgoingWatched(linger);

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
