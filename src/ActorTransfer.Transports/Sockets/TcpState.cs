using System.Runtime.InteropServices;
using ActorTransfer.Transports.Sockets.Linux;

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
    public static bool IsGone(SafeHandle socket)
    {
        if (!Libc.IsSupported)
        {
            return false;
        }

        try
        {
            Span<byte> state = stackalloc byte[1];
            int length = state.Length;
            return Libc.GetOption(socket, TcpLevel, TcpInfo, state, ref length) == 0 && length == 1 && state[0] == Closed;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
