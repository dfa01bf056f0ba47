using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// A TCP connection to a streamhost before the SOCKS5 handshake. Connecting discloses nothing and may be tried at several addresses at
/// once; the handshake uses up one end of a stream, and a second one with the same hash may take the place of the other end. The owner
/// disposes it; after a successful handshake that does nothing.
/// </summary>
internal sealed class Socks5Connection : IDisposable
{
    /// <summary>The longest usual reply, which repeats the hash, has 47 bytes; one that does not fit is read in parts.</summary>
    private const int ReadSize = 64;

    private readonly int _chunkSize;
    private SocketChannel? _channel;

    private Socks5Connection(SocketChannel channel, int chunkSize)
    {
        _channel = channel;
        _chunkSize = chunkSize;
        RemoteEndPoint = channel.RemoteEndPoint;
    }

    /// <summary>The remote address; null when the socket has none any more.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The streamhost has closed the connection, or this side has.</summary>
    public bool HasEnded => _channel is not { } channel || channel.HasEnded() is true;

    /// <summary>Resolves and connects.</summary>
    /// <param name="host">The streamhost: a name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="ct">Cancels the attempt; include a deadline.</param>
    /// <param name="allowed">See <see cref="TcpConnector.ConnectChannelAsync"/>.</param>
    /// <param name="chunkSize">Bytes of a full chunk of the link.</param>
    /// <exception cref="EndPointNotAllowedException">By <paramref name="allowed"/>.</exception>
    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    public static async Task<Socks5Connection> ConnectAsync(
        string host, int port, CancellationToken ct, Func<IPEndPoint, bool>? allowed = null, int chunkSize = Chunk.DefaultSize) =>
        new(await TcpConnector.ConnectChannelAsync(host, port, allowed, ct), chunkSize);

    /// <summary>Requests a stream by its hash, once. The caller disposes the link; in every other outcome the connection is closed.</summary>
    /// <param name="address">The hash of the stream.</param>
    /// <param name="ct">Cancels the attempt; include a deadline.</param>
    /// <exception cref="Socks5RefusedException">The streamhost does not know the hash, or refuses it.</exception>
    /// <exception cref="Socks5HandshakeException">It does not support SOCKS5 without authentication, or closed.</exception>
    /// <exception cref="SocketException">The connection was reset.</exception>
    /// <exception cref="ObjectDisposedException">This side has closed the connection.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    public async Task<IByteLink> HandshakeAsync(DestinationAddress address, CancellationToken ct)
    {
        SocketChannel channel = Interlocked.Exchange(ref _channel, null) ?? throw new ObjectDisposedException(nameof(Socks5Connection));
        try
        {
            ReadOnlyMemory<byte> early = await HandshakeAsync(channel, address, ct);
            return new SocketLink(channel, early, _chunkSize);
        }
        catch
        {
            channel.Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _channel, null)?.Close();

    private static async Task<ReadOnlyMemory<byte>> HandshakeAsync(SocketChannel channel, DestinationAddress address, CancellationToken ct)
    {
        Socks5ClientHandshake handshake = new(address);
        byte[] buffer = new byte[ReadSize];
        int received = 0;
        channel.SendWhole(handshake.Greeting.Span);
        while (true)
        {
            switch (handshake.Offer(buffer.AsSpan(0, received)))
            {
                case Socks5ClientStep.Connected:
                    return handshake.Early;
                case Socks5ClientStep.Refused refused:
                    throw new Socks5RefusedException(refused.Code);
                case Socks5ClientStep.Invalid invalid:
                    throw new Socks5HandshakeException(invalid.Reason);
                case Socks5ClientStep.Write write:
                    channel.SendWhole(write.Bytes.Span);
                    received = 0;
                    break;
                default:
                    received = await channel.ReceiveAsync(buffer, ct);
                    if (received == 0)
                    {
                        throw new Socks5HandshakeException("The streamhost closed the connection during the handshake.");
                    }

                    break;
            }
        }
    }
}
