using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>One attempt to connect to a streamhost whose result the test decides.</summary>
internal sealed class Attempt(StreamHost host, TimeSpan limit, StreamHostTrust trust, IActorRef gate, CancellationToken cancellation, bool honoursCancellation)
    : IStreamHostConnection
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DestinationAddress> _destination = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamHost Host { get; } = host;

    public TimeSpan Limit { get; } = limit;

    public StreamHostTrust Trust { get; } = trust;

    public CancellationToken Cancellation { get; } = cancellation;

    public TaskCompletionSource<IStreamHostConnection> Connected { get; } = New<IStreamHostConnection>(cancellation, honoursCancellation);

    /// <summary>The destination address of the handshake, when that has begun.</summary>
    public Task<DestinationAddress> Destination => _destination.Task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>True if the probe gets the handshake and the test decides its result.</summary>
    public bool Announces { get; private set; }

    public EndPoint? RemoteEndPoint { get; private set; }

    public bool HasEnded { get; set; }

    public bool IsDisposed => _disposed.Task.IsCompleted;

    private TaskCompletionSource<IByteLink> Link { get; } = New<IByteLink>(cancellation, honoursCancellation);

    /// <summary>Completes the connection; the probe gets a <see cref="Handshake"/> when that begins.</summary>
    public void Connect(EndPoint? at = null)
    {
        Announces = true;
        RemoteEndPoint = at;
        Connected.SetResult(this);
    }

    /// <summary>Completes the connection, and its handshake with this link.</summary>
    public void Succeed(IByteLink link)
    {
        Link.SetResult(link);
        Connected.SetResult(this);
    }

    public void Fail(string why) => Fail(new IOException(why));

    /// <summary>An exception of SOCKS5 fails the handshake, everything else the connection.</summary>
    public void Fail(Exception why)
    {
        if (why is not (Socks5RefusedException or Socks5HandshakeException))
        {
            Connected.SetException(why);
            return;
        }

        Link.SetException(why);
        Connected.SetResult(this);
    }

    public Task<IByteLink> HandshakeAsync(DestinationAddress destination, TimeSpan limit, CancellationToken cancellation)
    {
        _destination.SetResult(destination);
        if (Announces)
        {
            gate.Tell(new Handshake(this, destination, limit, Link));
        }

        return Link.Task;
    }

    /// <summary>Closes a connection without a handshake together with its link.</summary>
    public void Dispose()
    {
        _disposed.TrySetResult();
        if (!_destination.Task.IsCompleted && Link.Task.IsCompletedSuccessfully)
        {
            Link.Task.Result.Dispose();
        }
    }

    public Task DisposedAsync() => _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));

    private static TaskCompletionSource<T> New<T>(CancellationToken cancellation, bool honoursCancellation)
    {
        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (honoursCancellation)
        {
            cancellation.Register(() => source.TrySetCanceled(cancellation));
        }

        return source;
    }
}

/// <summary>One handshake over an established connection.</summary>
internal sealed record Handshake(Attempt Attempt, DestinationAddress Destination, TimeSpan Limit, TaskCompletionSource<IByteLink> Result);

/// <summary>Sends every attempt to a probe and leaves its result to the test.</summary>
/// <param name="gate">The probe.</param>
/// <param name="honoursCancellation">False to behave like a connection that is made at the moment of its cancellation.</param>
internal sealed class ControlledConnector(IActorRef gate, bool honoursCancellation = true) : IStreamHostConnector
{
    public Func<StreamHost, bool> Forbidden { get; init; } = _ => false;

    public bool Forbids(StreamHost host) => Forbidden(host);

    public Task<IStreamHostConnection> ConnectAsync(StreamHost host, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation)
    {
        var attempt = new Attempt(host, limit, trust, gate, cancellation, honoursCancellation);
        gate.Tell(attempt);
        return attempt.Connected.Task;
    }
}

/// <summary>A link that reports when it was disposed.</summary>
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
