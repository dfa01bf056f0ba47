using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets;

/// <summary>What the kernel says about the state of a connection. Linux only (tcp(7): TCP_INFO).</summary>
internal static class TcpState
{
    private const int TcpLevel = 6; // IPPROTO_TCP
    private const int TcpInfo = 11; // TCP_INFO; its first byte is the state
    private const byte Closed = 7; // TCP_CLOSE

    /// <summary>
    /// The connection is gone. Before this side has ended its sending, only a reset or a lost network leads there: after a regular end
    /// of the peer it would wait for ours. False where nobody can say.
    /// </summary>
    public static bool IsGone(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            Span<byte> state = stackalloc byte[1];
            return socket.GetRawSocketOption(TcpLevel, TcpInfo, state) == 1 && state[0] == Closed;
        }
        catch (Exception unknown) when (unknown is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
