using System.Net;
using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>The client side of the handshake.</summary>
public abstract class Socks5ConnectorTests(bool bySystemCalls) : Socks5Test(bySystemCalls)
{
    public sealed class Portable() : Socks5ConnectorTests(bySystemCalls: false);

    public sealed class BySystemCalls() : Socks5ConnectorTests(bySystemCalls: true);

    [Fact]
    public async Task Listener_and_connector_must_exchange_bytes_in_both_directions()
    {
        await using Socks5Listener listener = Listen();
        Task<IByteLink> connecting = ConnectAsync(listener.LocalEndPoint);
        Socks5Arrival arrival = await ArrivalAsync();
        Assert.Equal(Address, arrival.Address);
        IByteLink server = Own(arrival.Grant());
        IByteLink client = Own(await connecting.Soon());

        Task<long> there = server.Incoming.RunWith(Pattern.Sink(), Materializer);
        Task<long> back = client.Incoming.RunWith(Pattern.Sink(), Materializer);
        await Pattern.Source(1_000_000).RunWith(client.Outgoing, Materializer).Soon();
        await Pattern.Source(2_000_000).RunWith(server.Outgoing, Materializer).Soon();
        Assert.Equal(1_000_000, await there.Soon());
        Assert.Equal(2_000_000, await back.Soon());
        Assert.Equal(0, listener.HandshakesPending);
    }

    [Fact]
    public async Task Connector_must_report_the_code_of_a_refusal()
    {
        await using Socks5Listener listener = Listen();
        Task<IByteLink> connecting = ConnectAsync(listener.LocalEndPoint);
        (await ArrivalAsync()).Refuse(Socks5Reply.ConnectionRefused);
        Assert.Equal(5, (await Assert.ThrowsAsync<Socks5RefusedException>(() => connecting.Soon())).Code);
    }

    [Fact]
    public async Task Connector_must_pass_on_bytes_that_arrive_with_the_reply()
    {
        using Socket server = ListenRaw();
        Task<IByteLink> connecting = ConnectAsync((IPEndPoint)server.LocalEndPoint!);
        using Socket peer = await server.AcceptAsync();
        Assert.Equal([5, 1, 0], await peer.ReadAsync(3).Soon());
        await peer.WriteAsync([5, 0]);
        Assert.Equal(Request, await peer.ReadAsync(47).Soon());
        await peer.WriteAsync([.. Reply(0), 1, 2, 3]);
        IByteLink link = Own(await connecting.Soon());
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal([1, 2, 3], await sink.NextAsync().Soon());
    }

    [Fact]
    public async Task Connector_must_accept_a_reply_in_single_bytes()
    {
        await using Socks5Listener listener = Listen();
        await using FaultyNetwork wire = FaultyNetwork.To(listener.LocalEndPoint);
        wire.ToTarget.PieceSize = 1;
        wire.FromTarget.PieceSize = 1;
        Task<IByteLink> connecting = ConnectAsync(wire.LocalEndPoint);
        Own((await ArrivalAsync()).Grant());
        Own(await connecting.Soon());
    }

    [Theory]
    [InlineData(new byte[] { 4, 0 })]
    [InlineData(new byte[] { 5, 0xFF })]
    [InlineData(new byte[] { 72, 84, 84, 80 })]
    [InlineData(new byte[0])]
    public async Task Connector_must_fail_and_close_when_the_server_is_not_SOCKS5(byte[] answer)
    {
        using Socket server = ListenRaw();
        Task<IByteLink> connecting = ConnectAsync((IPEndPoint)server.LocalEndPoint!);
        using Socket peer = await server.AcceptAsync();
        await peer.ReadAsync(3).Soon();
        await peer.WriteAsync(answer);
        peer.Shutdown(SocketShutdown.Send);
        await Assert.ThrowsAsync<Socks5HandshakeException>(() => connecting.Soon());
        await AssertClosedAsync(peer);
    }

    [Fact]
    public async Task Connector_must_close_when_it_is_cancelled()
    {
        using Socket server = ListenRaw();
        using CancellationTokenSource cancel = new();
        Task<IByteLink> connecting = Socks5Connector.ConnectAsync(
            "127.0.0.1", ((IPEndPoint)server.LocalEndPoint!).Port, Address, cancel.Token);
        using Socket peer = await server.AcceptAsync();
        await peer.ReadAsync(3).Soon();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
        await AssertClosedAsync(peer);
    }

    /// <summary>A race waits between the connection and the handshake, and connects again only if the streamhost has closed meanwhile.</summary>
    [Fact]
    public async Task Connection_must_have_ended_only_when_the_streamhost_has_closed_it()
    {
        using Socket server = ListenRaw();
        using Socks5Connection connection = await Socks5Connection.ConnectAsync(
            "127.0.0.1", ((IPEndPoint)server.LocalEndPoint!).Port, CancellationToken.None).Soon();
        Socket peer = await server.AcceptAsync();
        Assert.False(connection.HasEnded);
        peer.Dispose();
        await Eventually.HoldsAsync(() => connection.HasEnded, () => "the end is not seen");
    }

    [Fact]
    public async Task Connector_must_not_connect_when_no_address_is_allowed()
    {
        using Socket server = ListenRaw();
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        List<IPEndPoint> asked = [];
        await Assert.ThrowsAsync<EndPointNotAllowedException>(() => Socks5Connector.ConnectAsync(
            "127.0.0.1", port, Address, CancellationToken.None, endPoint =>
            {
                asked.Add(endPoint);
                return false;
            }));
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, port)], asked);
    }

    [Fact]
    public async Task Connector_must_report_a_refused_connection()
    {
        Socket server = ListenRaw();
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        server.Dispose();
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            () => Socks5Connector.ConnectAsync("127.0.0.1", port, Address, CancellationToken.None).Soon());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private static Socket ListenRaw()
    {
        Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        return server;
    }
}
