using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Tests;

/// <summary>A test of links, run with each kind of channel. Without native system calls both are the portable one.</summary>
public abstract class LinkTest(bool bySystemCalls) : StreamTest
{
    /// <summary>A link over the socket, disposed at the end of the test.</summary>
    private protected SocketLink Link(Socket socket, ReadOnlyMemory<byte> early = default) =>
        Own(bySystemCalls && Libc.IsSupported
            ? new SocketLink(ByDescriptor(socket), early, Chunk.DefaultSize)
            : new SocketLink(socket, early));

    /// <summary>A channel by system calls that owns the socket.</summary>
    internal static LinuxChannel ByDescriptor(Socket socket)
    {
        const int SetFlags = 4; // F_SETFL
        var descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        _ = Libc.Control(descriptor, SetFlags, Libc.NonBlocking);
        LinuxChannel channel = new(new LinuxSocket(descriptor), socket.RemoteEndPoint);
        socket.SafeHandle.SetHandleAsInvalid();
        return channel;
    }
}
