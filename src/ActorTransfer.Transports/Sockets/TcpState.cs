using System.Runtime.InteropServices;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Sockets;

/// <summary>What the kernel says about the state of a connection. Linux only (tcp(7): TCP_INFO).</summary>
internal static class TcpState
{
    private const int TcpLevel = 6; // IPPROTO_TCP
    private const int TcpInfo = 11; // TCP_INFO; its first byte is the state
    private const byte Closed = 7; // TCP_CLOSE
    private const byte CloseWait = 8; // TCP_CLOSE_WAIT

    /// <summary>
    /// The connection is gone. Before this side has ended its sending, only a reset or a lost network leads there: after a regular end
    /// of the peer it would wait for ours. False where nobody can say.
    /// </summary>
    public static bool IsGone(SafeHandle socket) => Read(socket) == Closed;

    /// <summary>The peer has ended its sending, and all that it sent was read. False where nobody can say.</summary>
    public static bool HasEnded(SafeHandle socket) => Read(socket) == CloseWait && SendQueue.IsDrained(socket);

    /// <summary>0 where nobody can say.</summary>
    private static byte Read(SafeHandle socket)
    {
        if (!Libc.IsSupported)
        {
            return 0;
        }

        try
        {
            Span<byte> state = stackalloc byte[1];
            int length = state.Length;
            return Libc.GetOption(socket, TcpLevel, TcpInfo, state, ref length) == 0 && length == 1 ? state[0] : (byte)0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }
}
