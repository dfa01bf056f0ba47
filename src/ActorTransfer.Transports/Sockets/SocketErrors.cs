using System.Net.Sockets;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Maps errors of connected sockets to faults of links, so that one event gives one fault and one text, whichever call reported it. Linux
/// reports a reset as <see cref="SocketError.ConnectionReset"/> once, and as <see cref="SocketError.Shutdown"/> (EPIPE) after the peer's
/// FIN (tcp(7)).
/// </summary>
internal static class SocketErrors
{
    /// <summary>The peer ended the connection in order.</summary>
    public const string Closed = "The peer closed the connection.";

    /// <summary>The peer, or a device on the path, reset the connection.</summary>
    public const string Reset = "The peer reset the connection.";

    /// <summary>How the link ended, and one sentence for display.</summary>
    public static (ByteLinkFault Fault, string Text) Of(SocketError error) => error switch
    {
        SocketError.Shutdown => (ByteLinkFault.PeerClosedEarly, Closed),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NetworkReset or SocketError.NotConnected
            or SocketError.Disconnecting => (ByteLinkFault.PeerReset, Reset),
        SocketError.ConnectionRefused => (ByteLinkFault.PeerReset, "The peer refused the connection."),
        SocketError.TimedOut => (ByteLinkFault.PeerReset, "The peer's machine no longer responds."),
        SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable =>
            (ByteLinkFault.PeerReset, "The peer's machine is no longer reachable."),
        SocketError.NetworkDown => (ByteLinkFault.LocalFailure, "The network of this machine is down."),
        SocketError.NoBufferSpaceAvailable or SocketError.TooManyOpenSockets =>
            (ByteLinkFault.LocalFailure, "This machine has no memory or descriptors left for the connection."),
        SocketError.OperationAborted or SocketError.Interrupted => (ByteLinkFault.LocalFailure, "The connection was closed on this side."),
        _ => (ByteLinkFault.LocalFailure, $"The connection failed on this side ({error})."),
    };
}
