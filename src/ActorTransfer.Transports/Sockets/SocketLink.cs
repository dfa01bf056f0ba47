using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// A link over a connected socket, which it owns. Both directions call the non-blocking socket directly from the stage and go asynchronous
/// only when the kernel would block: measured, this is as fast as a bare <c>await</c> loop with equal buffers.
/// </summary>
internal sealed class SocketLink : IByteLink
{
    /// <summary>More than a receive buffer contains, so that a peer that keeps sending does not block the caller.</summary>
    private const int MaxDrops = 4096;

    private const int DropAtOnce = 8192;

    private ReadOnlyMemory<byte> _early;
    private ByteLinkFault _closedBy = ByteLinkFault.LocalFailure;
    private int _disposed;
    private bool _wasReset;
    private bool _sendEnded;

    /// <summary>Takes ownership of the socket.</summary>
    /// <param name="socket">Connected; disposed with the link.</param>
    /// <param name="early">Bytes that were read already, for example after a handshake; <see cref="Incoming"/> begins with them.</param>
    /// <param name="chunkSize">Bytes of a full chunk.</param>
    public SocketLink(Socket socket, ReadOnlyMemory<byte> early, int chunkSize = Chunk.DefaultSize)
        : this(new PortableChannel(socket), early, chunkSize)
    {
    }

    internal SocketLink(SocketChannel channel, ReadOnlyMemory<byte> early, int chunkSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        Channel = channel;
        ChunkSize = chunkSize;
        _early = early;
    }

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => Channel.RemoteEndPoint;

    /// <inheritdoc/>
    public Source<Chunk, NotUsed> Incoming => Source.FromGraph(new SocketIncoming(this, ChunkSize, inKernel: false));

    /// <inheritdoc/>
    public Sink<Chunk, Task<long>> Outgoing => Sink.FromGraph(new SocketOutgoing<long>(this, linger: null, static sent => sent.Bytes));

    /// <inheritdoc/>
    public bool IsPassedOn => AwaitsPeer && Channel.HasEnded() is null;

    internal SocketChannel Channel { get; }

    internal int ChunkSize { get; }

    internal LinkDirection IncomingDirection { get; } = new();

    internal LinkDirection OutgoingDirection { get; } = new();

    /// <summary>This side has closed; whatever a stage sees from now on is an effect of that.</summary>
    internal bool IsClosed => Volatile.Read(ref _disposed) != 0;

    /// <summary>
    /// The connection was reset. The kernel reports it once, to the direction that reads it first; to the other it looks like a regular
    /// end.
    /// </summary>
    internal bool WasReset => Volatile.Read(ref _wasReset) || (!Volatile.Read(ref _sendEnded) && TcpState.IsClosed(Channel.Handle));

    /// <inheritdoc/>
    public Sink<Chunk, Task<SentBytes>> OutgoingWatched(TimeSpan linger) => Sink.FromGraph(new SocketOutgoing<SentBytes>(this, linger, static sent => sent));

    /// <inheritdoc/>
    public async Task<bool> ClosedBeforeDataAsync(CancellationToken ct)
    {
        TaskCompletionSource<bool> sign = new(TaskCreationOptions.RunContinuationsAsynchronously);
        WatchSign(isClosed => sign.TrySetResult(isClosed));
        return await sign.Task.WaitAsync(ct);
    }

    /// <inheritdoc/>
    public void WatchClose(Action closed)
    {
        if (IsClosed && _closedBy == ByteLinkFault.PeerReset)
        {
            closed();
            return;
        }

        WatchSign(isClosed =>
        {
            if (isClosed && !IsClosed && !IncomingDirection.IsTaken)
            {
                closed();
            }
        });
    }

    /// <inheritdoc/>
    public void DropReceived()
    {
        _early = default;
        Span<byte> scrap = stackalloc byte[DropAtOnce];
        SocketError error = SocketError.Success;
        for (int dropped = 0; dropped < MaxDrops && error == SocketError.Success && !IsClosed; dropped++)
        {
            if (Channel.Receive(scrap, out error) == 0)
            {
                break;
            }
        }

        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            _ = Fault(error);
        }
    }

    /// <inheritdoc/>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Channel.Abort();
            NotifyStages();
        }
    }

    /// <summary>
    /// Closes the socket. The kernel still delivers accepted bytes, unless unread bytes of the peer cause a reset. A FIN is sent first, so
    /// that the peer sees a close, with or without unread bytes.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (!Volatile.Read(ref _sendEnded))
        {
            try
            {
                Channel.EndSending();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The connection is already closed.
            }
        }

        Channel.Close();
        NotifyStages();
    }

    /// <summary>Closes the link after the peer has closed it.</summary>
    internal void CloseAs(ByteLinkFault fault)
    {
        _closedBy = fault;
        Dispose();
    }

    /// <summary>The incoming stage waits for the peer, or has seen its end: neither it nor its downstream holds bytes.</summary>
    internal bool AwaitsPeer { get; set; }

    /// <summary>Shuts down the sending side.</summary>
    internal void EndSending()
    {
        Volatile.Write(ref _sendEnded, true);
        Channel.EndSending();
    }

    /// <summary>
    /// As <see cref="EndSending"/>, for a relay, whose owner closes the link when both directions have ended, which suffices for the last one.
    /// </summary>
    internal void EndRelaying(bool isLast)
    {
        if (isLast)
        {
            Volatile.Write(ref _sendEnded, true);
        }
        else
        {
            EndSending();
        }
    }

    /// <summary>
    /// As <see cref="EndSending"/>, for a relay, whose owner closes the link when both directions have ended. If the other direction is
    /// about to end too, because the peer has closed and all its bytes were passed on, the close suffices. The extra shutdown would cost a
    /// short relay a tenth of its time.
    /// </summary>
    internal void EndRelaying() => EndRelaying(isLast: AwaitsPeer && TcpState.HasEnded(Channel.Handle));

    /// <summary>Bytes were read before the incoming stage started.</summary>
    internal bool HasEarly => !_early.IsEmpty;

    /// <summary>Bytes that were read and could not be passed on: the incoming stage begins with them.</summary>
    internal void ReturnEarly(ReadOnlySpan<byte> bytes) => _early = bytes.ToArray();

    internal ReadOnlyMemory<byte> TakeEarly()
    {
        ReadOnlyMemory<byte> early = _early;
        _early = default;
        return early;
    }

    internal ByteLinkException ClosedFault() => new(_closedBy, "The link was closed during a transfer.");

    /// <summary>The fault of a socket error for the stage that met it.</summary>
    internal ByteLinkException Fault(SocketError error)
    {
        if (IsClosed)
        {
            return ClosedFault();
        }

        // A reset was reported to the other direction, or lost: .NET repeats a partial send and drops the error of the repetition.
        if (error == SocketError.Shutdown && (Channel is PortableChannel ? WasReset : Volatile.Read(ref _wasReset)))
        {
            error = SocketError.ConnectionReset;
        }

        (ByteLinkFault fault, string text) = SocketErrors.Of(error);
        if (fault == ByteLinkFault.PeerReset)
        {
            Volatile.Write(ref _wasReset, true);
        }

        return new ByteLinkException(fault, text, new SocketException((int)error));
    }

    private void NotifyStages()
    {
        IncomingDirection.NotifyClosed();
        OutgoingDirection.NotifyClosed();
    }

    /// <summary>Returns whether the first activity of the peer is its end.</summary>
    /// <param name="seen">Called once, unless the incoming stage has begun to wait instead.</param>
    /// <param name="again">Whether the stage may have begun in between.</param>
    private void WatchSign(Action<bool> seen, bool again = false)
    {
        if (!_early.IsEmpty)
        {
            seen(false);
            return;
        }

        try
        {
            Channel.WaitReadable(
                () =>
                {
                    if (Channel.HasEnded() is { } isEnd)
                    {
                        seen(isEnd);
                    }
                    else
                    {
                        WatchSign(seen, again: true); // the wait ended early, or the bytes were dropped
                    }
                },
                yields: again);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            seen(true);
        }
    }
}
