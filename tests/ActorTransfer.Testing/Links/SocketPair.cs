using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Testing.Links;

/// <summary>Two sockets of one connection on the loopback.</summary>
public static class SocketPair
{
    /// <param name="receiveBuffer">Bytes of the remote receive buffer; null = system default. Small ones make slow readers.</param>
    public static async Task<(Socket Near, Socket Far)> CreateAsync(int? receiveBuffer = null)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is not null)
        {
            listener.ReceiveBufferSize = receiveBuffer.Value; // before the handshake, or the window is negotiated without it
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndPoint!);
        Socket far = await listener.AcceptAsync();
        far.NoDelay = true;
        return (near, far);
    }

    /// <summary>Reads exactly this many bytes; fewer at the end.</summary>
    public static async Task<byte[]> ReadAsync(this Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        int seen = 0;
        while (seen < count)
        {
            int read = await socket.ReceiveAsync(bytes.AsMemory(seen), SocketFlags.None);
            if (read == 0)
            {
                return bytes[..seen];
            }

            seen += read;
        }

        return bytes;
    }

    /// <summary>Reads until the end.</summary>
    public static async Task<byte[]> ReadToEndAsync(this Socket socket)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    /// <summary>Writes everything.</summary>
    public static async Task WriteAsync(this Socket socket, byte[] bytes)
    {
        int sent = 0;
        while (sent < bytes.Length)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        }
    }
}
