using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Tests.Sockets;

public sealed class SocketErrorsTests
{
    [Theory]
    [InlineData(SocketError.Shutdown, ByteLinkFault.PeerClosedEarly, "The peer closed the connection.")]
    [InlineData(SocketError.ConnectionReset, ByteLinkFault.PeerReset, "The peer reset the connection.")]
    [InlineData(SocketError.ConnectionAborted, ByteLinkFault.PeerReset, "The peer reset the connection.")]
    [InlineData(SocketError.NotConnected, ByteLinkFault.PeerReset, "The peer reset the connection.")]
    [InlineData(SocketError.TimedOut, ByteLinkFault.PeerReset, "The peer's machine no longer responds.")]
    [InlineData(SocketError.HostUnreachable, ByteLinkFault.PeerReset, "The peer's machine is no longer reachable.")]
    [InlineData(SocketError.NetworkDown, ByteLinkFault.LocalFailure, "The network of this machine is down.")]
    [InlineData(SocketError.AccessDenied, ByteLinkFault.LocalFailure, "The connection failed on this side (AccessDenied).")]
    internal void Socket_error_must_have_one_fault_and_one_text(SocketError error, ByteLinkFault fault, string text) =>
        Assert.Equal((fault, text), SocketErrors.Of(error));

    [Fact]
    public void Every_socket_error_must_have_a_description() =>
        Assert.All(Enum.GetValues<SocketError>(), error => Assert.EndsWith(".", SocketErrors.Of(error).Text, StringComparison.Ordinal));
}
