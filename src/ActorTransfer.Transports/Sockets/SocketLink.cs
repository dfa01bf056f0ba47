using System.Net;
using System.Net.Sockets;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// A link over a connected socket, which it owns. Both directions call the non-blocking socket straight from the stage and go
/// asynchronous only when the kernel would block: measured, that moves as much as a bare <c>await</c> loop with equal buffers.
/// </summary>
public sealed class SocketLink : IByteLink
{
    private readonly CancellationTokenSource _closing = new();
    private ReadOnlyMemory<byte> _early;
    private ByteLinkFault _closedBy = ByteLinkFault.LocalFailure;
    private int _incomingTaken;
    private int _outgoingTaken;
    private int _disposed;
    private bool _wasReset;
    private bool _sendEnded;

    /// <summary>Takes over the socket.</summary>
    /// <param name="socket">Connected; disposed with the link.</param>
    /// <param name="early">Bytes that were read already, say behind a handshake; <see cref="Incoming"/> begins with them.</param>
    /// <param name="chunkSize">Bytes of a full chunk.</param>
    public SocketLink(Socket socket, ReadOnlyMemory<byte> early, int chunkSize = Chunk.DefaultSize)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        Socket = socket;
        ChunkSize = chunkSize;
        Closed = _closing.Token;
        _early = early;
        RemoteEndPoint = SocketTuning.RemoteEndPointOf(socket);
        SocketTuning.Tune(socket);
    }

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint { get; }

    /// <inheritdoc/>
    public Source<Chunk, NotUsed> Incoming => Source.FromGraph(new SocketIncoming(this));

    /// <inheritdoc/>
    public Sink<Chunk, Task<long>> Outgoing => Sink.FromGraph(new SocketOutgoing(this, linger: null));

    internal Socket Socket { get; }

    internal int ChunkSize { get; }

    /// <summary>This side has closed; whatever a stage sees from now on is an effect of that.</summary>
    internal bool IsClosed => Volatile.Read(ref _disposed) != 0;

    /// <summary>
    /// The connection was reset. The kernel tells it once, to whichever direction asks first; to the other it looks like a regular end.
    /// </summary>
    internal bool WasReset => Volatile.Read(ref _wasReset) || (!Volatile.Read(ref _sendEnded) && TcpState.IsGone(Socket));

    /// <summary>Fires when the link is closed by its owner; running stages end then.</summary>
    internal CancellationToken Closed { get; }

    /// <inheritdoc/>
    public Sink<Chunk, Task<long>> OutgoingWatched(TimeSpan linger) => Sink.FromGraph(new SocketOutgoing(this, linger));

    /// <inheritdoc/>
    public async Task<bool> ClosedBeforeDataAsync(CancellationToken ct)
    {
        if (!_early.IsEmpty)
        {
            return false;
        }

        try
        {
            await Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, ct);
            return Socket.Available == 0;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public void WatchClose(Action closed) => _ = WatchCloseAsync(closed);

    /// <inheritdoc/>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Socket.Close(timeout: 0);
            TellStages();
        }
    }

    /// <summary>Closes the socket. The kernel still delivers what it was given, unless unread bytes of the peer make it reset.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            // Without this .NET resets the connection when it has to cancel a waiting operation, and what was sent last is lost.
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Nothing to say good-bye to.
        }

        Socket.Dispose();
        TellStages();
    }

    /// <summary>Closes the link on behalf of the peer, who is found to be gone.</summary>
    internal void Break(ByteLinkFault fault)
    {
        _closedBy = fault;
        Dispose();
    }

    /// <summary>Tells the peer that nothing more will come.</summary>
    internal void EndSending()
    {
        Volatile.Write(ref _sendEnded, true);
        Socket.Shutdown(SocketShutdown.Send);
    }

    internal bool TryTakeIncoming() => Interlocked.Exchange(ref _incomingTaken, 1) == 0;

    internal bool TryTakeOutgoing() => Interlocked.Exchange(ref _outgoingTaken, 1) == 0;

    internal ReadOnlyMemory<byte> TakeEarly()
    {
        ReadOnlyMemory<byte> early = _early;
        _early = default;
        return early;
    }

    internal ByteLinkException ClosedFault() => new(_closedBy, "The link was closed while bytes moved over it.");

    /// <summary>What a socket error means for the stage that met it.</summary>
    internal ByteLinkException Fault(SocketError error)
    {
        if (IsClosed)
        {
            return ClosedFault();
        }

        ByteLinkFault fault = SocketTuning.FaultOf(error);
        if (fault == ByteLinkFault.PeerReset)
        {
            Volatile.Write(ref _wasReset, true);
        }

        return new ByteLinkException(fault, $"The socket reports {error}.", new SocketException((int)error));
    }

    private async Task WatchCloseAsync(Action closed)
    {
        if (await ClosedBeforeDataAsync(Closed).ConfigureAwait(false) && !IsClosed && Volatile.Read(ref _incomingTaken) == 0)
        {
            closed();
        }
    }

    private void TellStages()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
