using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets;

/// <summary>The streamhost refused the SOCKS5 request.</summary>
internal sealed class Socks5RefusedException : IOException
{
    /// <summary>A refusal with a REP byte as received.</summary>
    public Socks5RefusedException(byte code)
        : base($"The streamhost refused the connection: {(Socks5Reply)code} ({code}).") => Code = code;

    /// <summary>The REP byte, RFC 1928 §6; unassigned values occur.</summary>
    public byte Code { get; }
}

/// <summary>The server is not a SOCKS5 server without authentication, or it closed during the handshake.</summary>
internal sealed class Socks5HandshakeException : IOException
{
    /// <summary>A failed handshake.</summary>
    public Socks5HandshakeException(string message)
        : base(message)
    {
    }
}

/// <summary>Connects to a streamhost and requests a stream by its hash. Source: XEP-0065 §5.3.2, RFC 1928.</summary>
internal static class Socks5Connector
{
    /// <summary>Resolves, connects and performs the handshake. The caller disposes the link; in every other outcome the socket is closed.</summary>
    /// <param name="host">The streamhost: a name or an address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="address">The hash of the stream.</param>
    /// <param name="ct">Cancels the attempt; include a deadline, as the connector has none.</param>
    /// <param name="allowed">See <see cref="TcpConnector.ConnectChannelAsync"/>.</param>
    /// <param name="chunkSize">Bytes of a full chunk of the link.</param>
    /// <exception cref="Socks5RefusedException">The streamhost does not know the hash, or refuses it.</exception>
    /// <exception cref="Socks5HandshakeException">It does not support SOCKS5 without authentication, or closed.</exception>
    /// <exception cref="EndPointNotAllowedException">By <paramref name="allowed"/>.</exception>
    /// <exception cref="SocketException">No connection, or it was reset.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    public static async Task<IByteLink> ConnectAsync(
        string host,
        int port,
        DestinationAddress address,
        CancellationToken ct,
        Func<IPEndPoint, bool>? allowed = null,
        int chunkSize = Chunk.DefaultSize)
    {
        using Socks5Connection connection = await Socks5Connection.ConnectAsync(host, port, ct, allowed, chunkSize);
        return await connection.HandshakeAsync(address, ct);
    }
}
