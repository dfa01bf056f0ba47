using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Testing.Links;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>The server side of the handshake, and the decision about a connection.</summary>
public abstract class Socks5ListenerTests(bool bySystemCalls) : Socks5Test(bySystemCalls)
{
    public sealed class Portable() : Socks5ListenerTests(bySystemCalls: false);

    public sealed class BySystemCalls() : Socks5ListenerTests(bySystemCalls: true);

    [Fact]
    public async Task Listener_must_reply_in_one_write_with_the_address_as_received()
    {
        await using Socks5Listener listener = Listen();
        using Socket client = await ConnectRawAsync(listener);
        await client.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await client.ReadAsync(2).Soon());
        await client.WriteAsync(Request);
        using IByteLink link = (await ArrivalAsync()).Grant();
        Assert.Equal(Reply(0), await client.ReadAsync(47).Soon());
    }

    [Fact]
    public async Task Listener_must_pass_on_bytes_that_arrive_with_the_request()
    {
        await using Socks5Listener listener = Listen();
        using Socket client = await ConnectRawAsync(listener);
        await client.WriteAsync([5, 1, 0, .. Request, 7, 8]);
        IByteLink link = Own((await ArrivalAsync()).Grant());
        SinkScript<byte[]> sink = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal([7, 8], await sink.NextAsync().Soon());
        await client.WriteAsync([9]);
        Assert.Equal([9], await sink.NextAsync().Soon());
    }

    [Fact]
    public async Task Listener_must_close_silently_when_a_browser_connects()
    {
        await using Socks5Listener listener = Listen();
        using Socket client = await ConnectRawAsync(listener);
        await client.WriteAsync("G"u8.ToArray());
        Assert.Empty(await client.ReadToEndAsync().Soon());
        await Eventually.HoldsAsync(() => listener.HandshakesRefused == 1, () => "the refusal is not counted");
    }

    [Fact]
    public async Task Listener_must_close_a_handshake_that_times_out()
    {
        WatchedTimeProvider time = new();
        await using Socks5Listener listener = Listen(time: time);
        using Socket client = await ConnectRawAsync(listener);
        await client.WriteAsync([5]);
        await time.TimerAsync().Soon();
        time.Advance(s_deadline - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, listener.HandshakesRefused);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await AssertClosedAsync(client);
        await Eventually.HoldsAsync(() => listener is { HandshakesRefused: 1, HandshakesPending: 0 }, () => "the place is not free");
    }

    [Fact]
    public async Task Listener_must_end_its_handshakes_when_it_is_disposed()
    {
        Socks5Listener listener = Listen(backlog: int.MaxValue);
        using Socket client = await ConnectRawAsync(listener);
        await client.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await client.ReadAsync(2).Soon());
        await listener.DisposeAsync().AsTask().Soon();
        await AssertClosedAsync(client);
        await listener.DisposeAsync();
        await Assert.ThrowsAsync<SocketException>(() => ConnectRawAsync(listener).Soon());
    }

    [Fact]
    public async Task Listener_must_listen_on_ipv6()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        await using Socks5Listener listener = Listen(address: IPAddress.IPv6Loopback);
        Task<IByteLink> connecting = Socks5Connector.ConnectAsync("::1", listener.LocalEndPoint.Port, Address, CancellationToken.None);
        Own((await ArrivalAsync()).Grant());
        Own(await connecting.Soon());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Listener_must_report_IPv4_clients_as_IPv4_when_it_is_dual_stack(string host)
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        await using Socks5Listener listener = Listen(address: IPAddress.IPv6Any);
        IPAddress address = IPAddress.Parse(host);
        using Socket client = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address, listener.LocalEndPoint.Port);
        await client.WriteAsync([5, 1, 0, .. Request]);
        Socks5Arrival arrival = await ArrivalAsync();
        Assert.Equal(client.LocalEndPoint, arrival.RemoteEndPoint);
        Assert.Equal(address, arrival.LocalAddress);
        Assert.Equal(client.LocalEndPoint, Own(arrival.Grant()).RemoteEndPoint);
    }

    [Fact]
    public async Task Links_must_use_keep_alive_and_the_configured_buffers()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        const int Buffer = 100_000;
        await using Socks5Listener listener = Socks5Listener.Start(
            Options() with { SocketBuffer = Buffer, MaxUnsent = Buffer }, arrival => _arrivals.Writer.TryWrite(arrival), IsBySystemCalls);
        Task<IByteLink> connecting = ConnectAsync(listener.LocalEndPoint);
        IByteLink accepted = Own((await ArrivalAsync()).Grant());
        foreach (IByteLink link in new[] { accepted, Own(await connecting.Soon()) })
        {
            Assert.Equal(1, Option(link, level: 6, option: 1)); // TCP_NODELAY
            Assert.Equal(1, Option(link, level: 1, option: 9)); // SO_KEEPALIVE
            Assert.Equal(60, Option(link, level: 6, option: 4)); // TCP_KEEPIDLE
            Assert.Equal(10, Option(link, level: 6, option: 5)); // TCP_KEEPINTVL
            Assert.Equal(6, Option(link, level: 6, option: 6)); // TCP_KEEPCNT
        }

        Assert.Equal(2 * Buffer, Option(accepted, level: 1, option: 7)); // SO_SNDBUF; the kernel takes as much again for itself
        Assert.Equal(2 * Buffer, Option(accepted, level: 1, option: 8)); // SO_RCVBUF
        Assert.Equal(Buffer, Option(accepted, level: 6, option: 25)); // TCP_NOTSENT_LOWAT
    }

    [Fact]
    public async Task Listener_must_refuse_when_its_receiver_throws()
    {
        await using Socks5Listener listener = Socks5Listener.Start(Options(), _ => throw new InvalidOperationException("receiver"), IsBySystemCalls);
        Socks5RefusedException refused = await Assert.ThrowsAsync<Socks5RefusedException>(() => ConnectAsync(listener.LocalEndPoint).Soon());
        Assert.Equal(2, refused.Code);
        Assert.Equal(1, listener.HandshakesRefused);
    }

    [Fact]
    public async Task Arrival_must_be_refused_when_it_is_disposed()
    {
        await using Socks5Listener listener = Listen();
        Task<IByteLink> connecting = ConnectAsync(listener.LocalEndPoint);
        (await ArrivalAsync()).Dispose();
        Assert.Equal(2, (await Assert.ThrowsAsync<Socks5RefusedException>(() => connecting.Soon())).Code);
    }

    [Fact]
    public async Task Arrival_must_accept_the_first_decision_only()
    {
        await using Socks5Listener listener = Listen();
        Task<IByteLink> connecting = ConnectAsync(listener.LocalEndPoint);
        Socks5Arrival arrival = await ArrivalAsync();
        IByteLink server = Own(arrival.Grant());
        arrival.Refuse(Socks5Reply.NotAllowed);
        arrival.Dispose();
        Assert.Throws<InvalidOperationException>(arrival.Grant);

        IByteLink client = Own(await connecting.Soon());
        Assert.Equal(5, await Pattern.Source(5).RunWith(client.Outgoing, Materializer).Soon());
        Assert.Equal(5, await server.Incoming.RunWith(Pattern.Sink(), Materializer).Soon());
    }

    [Fact]
    public async Task Arrival_must_grant_a_failing_link_when_the_client_has_closed()
    {
        await using Socks5Listener listener = Listen();
        Socket client = await ConnectRawAsync(listener);
        await client.WriteAsync([5, 1, 0, .. Request]);
        Socks5Arrival arrival = await ArrivalAsync();
        client.Close(0);
        IByteLink link = Own(arrival.Grant());
        await FaultOf(link.Incoming.RunWith(Pattern.Sink(), Materializer), ByteLinkFault.PeerReset);
    }

    private static int Option(IByteLink link, int level, int option)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        int length = value.Length;
        Assert.Equal(0, Libc.GetOption(((SocketLink)link).Channel.Handle, level, option, value, ref length));
        return BitConverter.ToInt32(value);
    }
}
