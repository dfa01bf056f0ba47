using System.Runtime.InteropServices;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Sockets;

/// <summary>The kernel's state of a connection. Linux only (tcp(7): TCP_INFO).</summary>
internal static class TcpState
{
    private const int TcpLevel = 6; // IPPROTO_TCP
    private const int TcpInfo = 11; // TCP_INFO; its first byte is the state
    private const byte Closed = 7; // TCP_CLOSE
    private const byte CloseWait = 8; // TCP_CLOSE_WAIT

    /// <summary>
    /// The connection is closed. Before this side has shut down sending, only a reset or a lost network causes this: after a regular end of
    /// the peer it would wait for this side. False if unknown.
    /// </summary>
    public static bool IsClosed(SafeHandle socket) => Read(socket) == Closed;

    /// <summary>The peer has shut down sending, and all its bytes were read. False if unknown.</summary>
    public static bool HasEnded(SafeHandle socket) => Read(socket) == CloseWait && SendQueue.IsDrained(socket);

    /// <summary>The kernel's number of the state; 0 if unknown.</summary>
    internal static byte Read(SafeHandle socket)
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
