using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets;

/// <summary>How a listener listens.</summary>
/// <param name="EndPoint">Address and port; port 0 takes a free one.</param>
/// <param name="HandshakeTimeout">For the whole handshake, from the accept.</param>
/// <param name="MaxHandshakes">Handshakes at a time; above it connections wait in the kernel's queue.</param>
/// <param name="Backlog">Length of that queue; the system cuts it to its own maximum.</param>
public sealed record Socks5ListenerOptions(IPEndPoint EndPoint, TimeSpan HandshakeTimeout, int MaxHandshakes, int Backlog)
{
    /// <summary>Bytes of a full chunk of the links.</summary>
    public int ChunkSize { get; init; } = Chunk.DefaultSize;

    /// <summary>Measures <see cref="HandshakeTimeout"/>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>
/// Accepts connections, takes each through the SOCKS5 handshake and hands over those that ask for a hash. Whether the hash is wanted
/// is for the receiver of the arrival. Ends with <see cref="DisposeAsync"/>: no handshake and no socket of it survives; arrivals that
/// were handed over do.
/// </summary>
public sealed class Socks5Listener : IAsyncDisposable
{
    private const int ReadSize = 512;
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socks5ListenerOptions _options;
    private readonly Action<Socks5Arrival> _onArrival;
    private readonly Socket _socket;
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private long _accepted;
    private long _refused;
    private int _pending;
    private int _disposed;

    private Socks5Listener(Socks5ListenerOptions options, Action<Socks5Arrival> onArrival, Socket socket)
    {
        _options = options;
        _onArrival = onArrival;
        _socket = socket;
        _room = new SemaphoreSlim(options.MaxHandshakes, options.MaxHandshakes);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = AcceptAllAsync(_stop.Token);
    }

    /// <summary>Where it listens, with the real port.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Connections accepted so far.</summary>
    public long ConnectionsAccepted => Interlocked.Read(ref _accepted);

    /// <summary>Connections that ended without an arrival: no SOCKS5, too slow, closed by the peer, or ended with the listener.</summary>
    public long HandshakesRefused => Interlocked.Read(ref _refused);

    /// <summary>Handshakes in progress.</summary>
    public int HandshakesPending => Volatile.Read(ref _pending);

    /// <summary>Binds, listens and starts to accept.</summary>
    /// <param name="options">How.</param>
    /// <param name="onArrival">Called on a thread of the pool for each request; must not block. Owns the arrival.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static Socks5Listener Start(Socks5ListenerOptions options, Action<Socks5Arrival> onArrival)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(onArrival);
        if (options.MaxHandshakes < 1)
        {
            throw new ArgumentException("At least one handshake at a time.", nameof(options));
        }

        Socket socket = new(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.EndPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(options.EndPoint);
            socket.Listen(options.Backlog);
            return new Socks5Listener(options, onArrival, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening, closes the connections in handshake and waits until they are gone. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        for (int place = 0; place < _options.MaxHandshakes; place++)
        {
            await _room.WaitAsync(CancellationToken.None);
        }

        _room.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAllAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _room.WaitAsync(stop);
                Socket? connection = null;
                try
                {
                    connection = await AcceptAsync(stop);
                }
                finally
                {
                    if (connection is null)
                    {
                        _room.Release();
                    }
                }

                Interlocked.Increment(ref _accepted);
                Interlocked.Increment(ref _pending);
                _ = Task.Run(() => ServeAsync(connection, stop), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // DisposeAsync waits for this.
        }
    }

    /// <summary>Survives what a single connection or a shortage of descriptors can do to accept(2).</summary>
    private async Task<Socket> AcceptAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await _socket.AcceptAsync(stop);
            }
            catch (SocketException) when (!stop.IsCancellationRequested)
            {
                await Task.Delay(s_acceptPause, _options.Clock, stop);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                throw new OperationCanceledException("The listener was disposed.", closed, stop);
            }
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken stop)
    {
        Socks5Arrival? arrival = null;
        try
        {
            using CancellationTokenSource deadline = new(_options.HandshakeTimeout, _options.Clock);
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
            arrival = await HandshakeAsync(connection, end.Token);
        }
        catch (Exception failed) when (failed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Too slow, gone, or the listener ends: nobody is left to be told. It counts as refused below.
        }
        finally
        {
            if (arrival is null)
            {
                connection.Dispose();
                Interlocked.Increment(ref _refused);
            }

            Interlocked.Decrement(ref _pending);
            _room.Release();
        }

        HandOver(arrival);
    }

    private void HandOver(Socks5Arrival? arrival)
    {
        if (arrival is null)
        {
            return;
        }

        try
        {
            _onArrival(arrival);
        }
        catch (Exception)
        {
            // A receiver that throws has not taken it; the connection must not stay open because of that.
            Interlocked.Increment(ref _refused);
            arrival.Dispose();
        }
    }

    /// <summary>Null when the handshake ended without a request for a hash; the caller closes.</summary>
    private async Task<Socks5Arrival?> HandshakeAsync(Socket connection, CancellationToken ct)
    {
        connection.NoDelay = true;
        Socks5ServerHandshake handshake = new();
        byte[] buffer = new byte[ReadSize];
        int received = 0;
        while (true)
        {
            switch (handshake.Offer(buffer.AsSpan(0, received)))
            {
                case Socks5ServerStep.Request request:
                    return new Socks5Arrival(connection, handshake, request.Address, _options.ChunkSize);
                case Socks5ServerStep.Close close:
                    await SendAsync(connection, close.Farewell, ct);
                    return null;
                case Socks5ServerStep.Write write:
                    await SendAsync(connection, write.Bytes, ct);
                    received = 0;
                    break;
                default:
                    received = await connection.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, ct);
                    if (received == 0)
                    {
                        return null;
                    }

                    break;
            }
        }
    }

    /// <summary>One send call a message: some clients take a piece for the whole.</summary>
    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        while (message.Length > 0)
        {
            message = message[await socket.SendAsync(message, SocketFlags.None, ct)..];
        }
    }
}
