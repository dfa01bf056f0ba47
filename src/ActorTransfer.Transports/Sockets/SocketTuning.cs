using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets;

/// <summary>Socket settings that every link shares.</summary>
internal static class SocketTuning
{
    /// <summary>Idle seconds before the first keep-alive probe; then every <see cref="KeepAliveInterval"/>, six times.</summary>
    private const int KeepAliveTime = 60;

    private const int TcpLevel = 6; // IPPROTO_TCP
    private const int NotSentLowWater = 25; // TCP_NOTSENT_LOWAT
    private const int QuickAck = 12; // TCP_QUICKACK
    private const int KeepAliveInterval = 10;
    private const int KeepAliveRetries = 6;

    private static readonly byte[] s_on = BitConverter.GetBytes(1);

    /// <summary>The same as <see cref="Tune"/> in the kernel's numbers: level, option, value.</summary>
    public static ImmutableArray<(int Level, int Option, int Value)> LinuxOptions { get; } =
    [
        (6, 1, 1), // TCP_NODELAY
        (1, 9, 1), // SO_KEEPALIVE
        (6, 4, KeepAliveTime), // TCP_KEEPIDLE
        (6, 5, KeepAliveInterval), // TCP_KEEPINTVL
        (6, 6, KeepAliveRetries), // TCP_KEEPCNT
    ];

    /// <summary>Non-blocking, no delay, keep-alive on: the loss of the peer's network is detected after two minutes.</summary>
    public static void Tune(Socket socket)
    {
        try
        {
            socket.Blocking = false;
            if (socket.ProtocolType != ProtocolType.Tcp)
            {
                return;
            }

            socket.NoDelay = true;
            KeepAlive(socket);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Reset or closed meanwhile: the first read or write of the link reports it.
        }
    }

    /// <summary>Options that accepted connections inherit on Linux: one call instead of five for each of them.</summary>
    /// <param name="listener">Not listening yet: buffer sizes must be set before peers connect.</param>
    /// <param name="buffer">Bytes; 0 = the system's choice.</param>
    /// <param name="maxUnsent">Bytes that the kernel takes before it can send them; 0 = no limit. Ignored except on Linux.</param>
    public static void TuneListener(Socket listener, int buffer, int maxUnsent)
    {
        if (maxUnsent > 0 && OperatingSystem.IsLinux())
        {
            listener.SetRawSocketOption(TcpLevel, NotSentLowWater, BitConverter.GetBytes(maxUnsent));
        }

        if (buffer > 0)
        {
            listener.ReceiveBufferSize = buffer;
            listener.SendBufferSize = buffer;
        }

        listener.NoDelay = true;
        KeepAlive(listener);
    }

    /// <summary>
    /// Call after each read, because Linux forgets the option: what was read is acknowledged at once. A peer that writes small messages without TCP_NODELAY, as
    /// Prosody does, keeps the second one until the first is acknowledged, which takes 40 ms otherwise.
    /// </summary>
    /// <param name="socket">Connected.</param>
    public static void AcknowledgeAtOnce(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            socket.SetRawSocketOption(TcpLevel, QuickAck, s_on);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed meanwhile: the next read reports it.
        }
    }

    /// <summary>The address of the peer; null when the socket has none any more.</summary>
    public static EndPoint? RemoteEndPointOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
                ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
                : socket.RemoteEndPoint;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveTime);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveInterval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveRetries);
    }
}
