using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Resolution;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Tests.Sockets;

public sealed class TcpConnectorTests : StreamTest
{
    private readonly Socket _server;
    private readonly int _port;

    public TcpConnectorTests()
    {
        _server = Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _server.Listen(16);
        _port = ((IPEndPoint)_server.LocalEndPoint!).Port;
    }

    /// <summary>All of these are the local machine, the name after resolution.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task Connector_must_not_connect_to_the_local_machine_however_it_is_written(string host)
    {
        await Assert.ThrowsAsync<EndPointNotAllowedException>(
            () => TcpConnector.ConnectChannelAsync(host, _port, AddressPolicy.PublicOnly.Allows, CancellationToken.None).Soon());
        Assert.False(_server.Poll(0, SelectMode.SelectRead));
    }

    /// <summary>A name whose second resolution would lead elsewhere: there is none.</summary>
    [Fact]
    public async Task Connector_must_connect_to_the_address_that_was_checked_when_the_name_is_bound_to_another_meanwhile()
    {
        var resolver = new ChangingResolver([IPAddress.Parse("127.0.0.2")], [IPAddress.Loopback]);
        using Socket any = Listener(IPAddress.Any, out int port);
        using Socket socket = await TcpConnector.ConnectSocketAsync(
            "rebinding.example", port, AddressPolicy.Read(["127.0.0.2"], []).Allows, resolver, CancellationToken.None).Soon();
        Assert.Equal("127.0.0.2", ((IPEndPoint)socket.RemoteEndPoint!).Address.ToString());
        Assert.Equal(1, resolver.Queries);
    }

    [Fact]
    public async Task Connector_must_connect_to_none_but_the_allowed_addresses_of_a_name()
    {
        using Socket any = Listener(IPAddress.Any, out int port);
        IPAddress[] mixed = [IPAddress.Loopback, IPAddress.Parse("127.0.0.3"), IPAddress.Parse("127.0.0.2")];
        var resolver = new ChangingResolver(mixed);
        using Socket socket = await TcpConnector.ConnectSocketAsync(
            "mixed.example", port, AddressPolicy.Read(["127.0.0.2"], []).Allows, resolver, CancellationToken.None).Soon();
        Assert.Equal("127.0.0.2", ((IPEndPoint)socket.RemoteEndPoint!).Address.ToString());
    }

    [Fact]
    public async Task Connector_must_connect_when_the_policy_allows_it() =>
        Own(await TcpConnector.ConnectChannelAsync("localhost", _port, AddressPolicy.Read(["loopback"], []).Allows, CancellationToken.None).Soon());

    [Fact]
    public async Task Connector_must_try_the_next_address_when_one_is_silent()
    {
        using DeadEnd dead = await DeadEnd.CreateAsync();
        long start = Stopwatch.GetTimestamp();
        using SocketChannel socket = await HappyEyeballs.ConnectAsync(
            [dead.EndPoint, dead.EndPoint, new(IPAddress.Loopback, _port)], TcpConnector.OpenChannelAsync, CancellationToken.None).Soon();
        Assert.Equal(_port, ((IPEndPoint)socket.RemoteEndPoint!).Port);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(390), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Connector_must_try_the_next_address_at_once_after_a_refusal()
    {
        IPEndPoint closedPort = ClosedPort();
        using SocketChannel socket = await HappyEyeballs.ConnectAsync(
            [closedPort, closedPort, new(IPAddress.Loopback, _port)], TcpConnector.OpenChannelAsync, CancellationToken.None).Soon();
        Assert.Equal(_port, ((IPEndPoint)socket.RemoteEndPoint!).Port);
    }

    [Fact]
    public async Task Connector_must_fail_with_the_last_failure_when_no_address_responds()
    {
        IPEndPoint closedPort = ClosedPort();
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            () => HappyEyeballs.ConnectAsync([closedPort, closedPort], TcpConnector.OpenChannelAsync, CancellationToken.None).Soon());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Connector_must_abandon_all_addresses_when_it_is_cancelled()
    {
        using DeadEnd dead = await DeadEnd.CreateAsync();
        using CancellationTokenSource cancel = new();
        Task<SocketChannel> connecting = HappyEyeballs.ConnectAsync([dead.EndPoint, dead.EndPoint], TcpConnector.OpenChannelAsync, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
    }

    private static Socket Listener(IPAddress address, out int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen(16);
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    /// <summary>The listener on this port is closed.</summary>
    private static IPEndPoint ClosedPort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Each query has the next result, the last one for ever.</summary>
    private sealed class ChangingResolver(params IPAddress[][] results) : IServerResolver
    {
        public int Queries { get; private set; }

        public Task<SrvAnswer> LookUpAsync(string name, CancellationToken ct) => throw new NotSupportedException();

        public Task<IPAddress[]> GetAddressesAsync(string host, CancellationToken ct) =>
            Task.FromResult(results[Math.Min(Queries++, results.Length - 1)]);
    }
}
