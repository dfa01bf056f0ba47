using System.Net.Sockets;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Transports.Sockets;

/// <summary>The SOCKS5 handshake of a listener by .NET's sockets.</summary>
internal static class PortableHandshake
{
    private const int ReadSize = 512;

    /// <summary>Null when the handshake ended without a valid request; the caller closes.</summary>
    public static async Task<Socks5Arrival?> RunAsync(Socks5Listener listener, Socket connection, CancellationToken ct)
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
                    return new Socks5Arrival(listener, new PortableChannel(connection), handshake, request.Address, listener.Options.ChunkSize);
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

    /// <summary>One send call per message: some clients mistake a piece for the whole.</summary>
    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        while (message.Length > 0)
        {
            message = message[await socket.SendAsync(message, SocketFlags.None, ct)..];
        }
    }
}
