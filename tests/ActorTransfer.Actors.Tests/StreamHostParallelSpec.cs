using System.Net;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>
/// Peers that connect to all offered addresses at once. Their response contains only the JID that all addresses share, so the listener has to determine
/// which connection they use.
/// </summary>
public sealed class StreamHostParallelSpec : ActorTest
{
    private static readonly DestinationAddress Destination = DestinationAddress.Compute("s", Ada, Bo);
    private readonly IActorRef _host;
    private readonly TestProbe _owner;

    public StreamHostParallelSpec()
    {
        _host = Sys.ActorOf(StreamHostActor.Props(Settings(
            """addresses.allow = [loopback], stream-host { enabled = on, bind = "0.0.0.0", external = ["127.0.0.2", "127.0.0.3"], grace = 1s }""")));
        _owner = CreateTestProbe("owner");
    }

    [Fact]
    public async Task Of_connections_to_all_addresses_the_first_offered_must_be_used()
    {
        var port = await ExpectAsync();
        using var second = await Socks5Client.ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.3"), port), Destination);
        using var first = await Socks5Client.ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port), Destination);

        var taken = await TakeAsync();

        Assert.Equal(first.Socket.LocalEndPoint, taken);
        Assert.Empty(await ReadToEndAsync(second));
    }

    [Fact]
    public async Task Connection_that_the_peer_closed_must_not_be_used()
    {
        var port = await ExpectAsync();
        using var first = await Socks5Client.ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port), Destination);
        using var second = await Socks5Client.ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.3"), port), Destination);
        first.Socket.Close(timeout: 0);

        Assert.Equal(second.Socket.LocalEndPoint, await TakeAsync());
    }

    [Fact]
    public async Task Second_connection_at_the_same_address_must_be_refused_unless_the_first_is_closed()
    {
        var at = new IPEndPoint(IPAddress.Parse("127.0.0.2"), await ExpectAsync());
        using var first = await Socks5Client.ConnectAsync(at, Destination);
        using var refused = await Socks5Client.RequestAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await refused.ReplyAsync());
        first.Socket.Close(timeout: 0);

        using var second = await Socks5Client.ConnectAsync(at, Destination);

        Assert.Equal(second.Socket.LocalEndPoint, await TakeAsync());
    }

    private static Task<byte[]> ReadToEndAsync(Socks5Client client) => Testing.Links.SocketPair.ReadToEndAsync(client.Socket);

    private async Task<int> ExpectAsync()
    {
        _owner.Send(_host, new DirectStreamHost.GetAddresses(Bo));
        var offered = (await _owner.ExpectMsgAsync<DirectStreamHost.Addresses>()).EndPoints;
        Assert.Equal(["127.0.0.2", "127.0.0.3"], offered.Take(2).Select(at => at.Host));
        _owner.Send(_host, new DirectStreamHost.Expect(Destination));
        await _owner.ExpectMsgAsync<DirectStreamHost.Expecting>();
        return offered[0].Port;
    }

    private async Task<EndPoint?> TakeAsync()
    {
        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        var taken = await _owner.ExpectMsgAsync<DirectStreamHost.Taken>();
        Own(taken.Link);
        return taken.Link.RemoteEndPoint;
    }
}
