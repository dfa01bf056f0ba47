using System.Net.Sockets;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// What a socket error says about a connected socket: the one place for it, so that one event has one fault and one text, whichever call met it.
/// Linux reports a reset as <see cref="SocketError.ConnectionReset"/> once, and as <see cref="SocketError.Shutdown"/> (EPIPE) where the
/// peer's FIN had come before it (tcp(7)).
/// </summary>
internal static class SocketFaults
{
    /// <summary>The peer ended the connection in order.</summary>
    public const string Closed = "The peer closed the connection.";

    /// <summary>The peer, or somebody on the path, reset the connection.</summary>
    public const string Reset = "The peer reset the connection.";

    /// <summary>Who ended the link, and one sentence for people.</summary>
    public static (ByteLinkFault Fault, string Text) Of(SocketError error) => error switch
    {
        SocketError.Shutdown => (ByteLinkFault.PeerClosedEarly, Closed),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NetworkReset or SocketError.NotConnected
            or SocketError.Disconnecting => (ByteLinkFault.PeerReset, Reset),
        SocketError.ConnectionRefused => (ByteLinkFault.PeerReset, "The peer refused the connection."),
        SocketError.TimedOut => (ByteLinkFault.PeerReset, "The peer's machine does not answer any more."),
        SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable => (ByteLinkFault.PeerReset, "The peer's machine cannot be reached any more."),
        SocketError.NetworkDown => (ByteLinkFault.LocalFailure, "The network of this machine is down."),
        SocketError.NoBufferSpaceAvailable or SocketError.TooManyOpenSockets => (ByteLinkFault.LocalFailure, "This machine has no memory or descriptors left for the connection."),
        SocketError.OperationAborted or SocketError.Interrupted => (ByteLinkFault.LocalFailure, "The connection was closed on this side."),
        _ => (ByteLinkFault.LocalFailure, $"The connection failed on this side ({error})."),
    };
}
