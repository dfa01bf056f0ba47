using System.Net;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Testing.Links;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class StreamHostActorSpec : ActorTest
{
    private static readonly DestinationAddress Destination = DestinationAddress.Compute("s", Ada, Bo);

    private readonly IActorRef _host;
    private readonly TestProbe _owner;

    public StreamHostActorSpec()
    {
        _host = Sys.ActorOf(StreamHostActor.Props(Settings("addresses.allow = [loopback], stream-host { enabled = on, bind = 127.0.0.1, grace = 1s }")));
        _owner = CreateTestProbe("owner");
    }

    [Fact]
    public async Task Unexpected_destination_address_must_be_refused()
    {
        using var client = await Socks5Client.RequestAsync(await AddressAsync(), Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await client.ReplyAsync());
        Assert.Empty(await client.Socket.ReadToEndAsync());
    }

    [Fact]
    public async Task Expected_connection_must_be_accepted_once_and_handed_over()
    {
        var at = await AddressAsync();
        await ExpectAsync();
        using var client = await Socks5Client.ConnectAsync(at, Destination);
        using var second = await Socks5Client.RequestAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await second.ReplyAsync());

        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        Own((await _owner.ExpectMsgAsync<DirectStreamHost.Taken>()).Link);
        using var third = await Socks5Client.RequestAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await third.ReplyAsync());
        await AdvanceAsync(_host, TimeSpan.FromSeconds(2));
        await ExpectNoMessageAsync(_owner, _host);
    }

    [Fact]
    public async Task Connection_that_arrives_within_the_grace_period_must_be_handed_over()
    {
        var at = await AddressAsync();
        await ExpectAsync();
        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        await AdvanceAsync(_host, TimeSpan.FromSeconds(1) - Tick);
        using var client = await Socks5Client.ConnectAsync(at, Destination);
        Own((await _owner.ExpectMsgAsync<DirectStreamHost.Taken>()).Link);
    }

    [Fact]
    public async Task Missing_connection_must_be_reported_after_the_grace_period()
    {
        var at = await AddressAsync();
        await ExpectAsync();
        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        await AdvanceAsync(_host, TimeSpan.FromSeconds(1));
        await _owner.ExpectMsgAsync<DirectStreamHost.NotThere>();
        using var late = await Socks5Client.RequestAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await late.ReplyAsync());
    }

    [Fact]
    public async Task Connection_that_was_not_expected_must_be_reported_as_missing()
    {
        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        await _owner.ExpectMsgAsync<DirectStreamHost.NotThere>();
    }

    [Fact]
    public async Task Expected_connections_must_be_closed_and_removed_when_the_owner_stops()
    {
        var at = await AddressAsync();
        await ExpectAsync();
        using var client = await Socks5Client.ConnectAsync(at, Destination);
        Watch(_owner.Ref);
        Sys.Stop(_owner.Ref);
        await ExpectTerminatedAsync(_owner.Ref);
        Assert.Empty(await client.Socket.ReadToEndAsync());
        using var late = await Socks5Client.RequestAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await late.ReplyAsync());
    }

    [Fact]
    public async Task Connection_with_a_variant_of_the_destination_address_must_be_accepted()
    {
        var variant = DestinationAddress.Compute("s", Bo, Ada);
        var at = await AddressAsync();
        _owner.Send(_host, new DirectStreamHost.Expect(Destination, [Destination, variant]));
        await _owner.ExpectMsgAsync<DirectStreamHost.Expecting>();
        using var client = await Socks5Client.ConnectAsync(at, variant);
        using var second = await Socks5Client.RequestAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await second.ReplyAsync());
        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        Own((await _owner.ExpectMsgAsync<DirectStreamHost.Taken>()).Link);

        Watch(_owner.Ref);
        Sys.Stop(_owner.Ref);
        await ExpectTerminatedAsync(_owner.Ref);
        await StillRunsAsync(_host);
        using var late = await Socks5Client.RequestAsync(at, variant);
        Assert.Equal(Socks5Reply.NotAllowed, await late.ReplyAsync());
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("south.example", true)]
    [InlineData("bo@south.example", true)]
    [InlineData("bo@south.example/Phone", true)]
    [InlineData("other.example, bo@south.example", true)]
    [InlineData("", false)]
    [InlineData("example", false)]
    [InlineData("sub.south.example", false)]
    [InlineData("ada@south.example", false)]
    [InlineData("bo@south.example/Desk", false)]
    public async Task Addresses_must_be_returned_for_permitted_peers_only(string offerTo, bool permitted)
    {
        var entries = string.Join(", ", offerTo.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(entry => $"\"{entry}\""));
        var host = HostOf($"addresses.allow = [loopback], stream-host {{ bind = 127.0.0.1, offer-to = [{entries}] }}");
        Assert.Equal(permitted, (await AddressesAsync(host, Bo)).Length == 1);
        Assert.Single(await AddressesAsync(host, null));
    }

    [Fact]
    public async Task Addresses_that_the_policy_forbids_must_not_be_returned() =>
        Assert.Empty(await AddressesAsync(HostOf("stream-host.bind = 127.0.0.1"), Bo));

    [Fact]
    public async Task Configured_addresses_must_be_returned_first_whatever_the_policy_and_up_to_the_limit()
    {
        var host = HostOf(
            """
            addresses.allow = [loopback]
            stream-host { bind = 127.0.0.1, max-addresses = 4, external = [files.example.org, "10.0.0.9:5000", "[fd00::9]:5001", "FILES.example.org"] }
            """);
        var all = await AddressesAsync(host, Bo);
        Assert.Equal(["files.example.org", "10.0.0.9", "fd00::9", "127.0.0.1"], all.Select(at => at.Host));
        Assert.Equal([all[3].Port, 5000, 5001, all[3].Port], all.Select(at => at.Port));
        Assert.Equal(3, (await AddressesAsync(HostOf(
            "addresses.allow = [loopback], stream-host { bind = 127.0.0.1, max-addresses = 3, external = [a.example, b.example, c.example] }"), Bo)).Length);
    }

    [Fact]
    public async Task Addresses_of_all_interfaces_must_be_returned_for_a_wildcard_listener()
    {
        var all = await AddressesAsync(HostOf("addresses.allow = [loopback], stream-host { bind = \"::\", max-addresses = 64 }"), Bo);
        var loopback = Assert.Single(all, at => at.Host == "127.0.0.1");
        Assert.DoesNotContain(all, at => at.Host is "::" or "0.0.0.0");
        using var client = await Socks5Client.RequestAsync(new IPEndPoint(IPAddress.Loopback, loopback.Port), Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await client.ReplyAsync());
    }

    [Fact]
    public async Task Stream_host_that_cannot_listen_must_return_no_addresses()
    {
        var taken = await AddressAsync();
        var host = HostOf($"addresses.allow = [loopback], stream-host {{ bind = 127.0.0.1, port = {taken.Port}, external = [files.example.org] }}");
        Assert.Empty(await AddressesAsync(host, Bo));
        _owner.Send(host, new DirectStreamHost.Expect(Destination));
        await _owner.ExpectMsgAsync<DirectStreamHost.Expecting>();
    }

    private IActorRef HostOf(string hocon) => Sys.ActorOf(StreamHostActor.Props(Settings(hocon)));

    private async Task<System.Collections.Immutable.ImmutableArray<DnsEndPoint>> AddressesAsync(IActorRef host, Jid? peer)
    {
        _owner.Send(host, new DirectStreamHost.GetAddresses(peer));
        return (await _owner.ExpectMsgAsync<DirectStreamHost.Addresses>()).EndPoints;
    }

    private async Task<IPEndPoint> AddressAsync()
    {
        _owner.Send(_host, new DirectStreamHost.GetAddresses(Bo));
        var at = Assert.Single((await _owner.ExpectMsgAsync<DirectStreamHost.Addresses>()).EndPoints);
        Assert.Equal("127.0.0.1", at.Host);
        return new IPEndPoint(IPAddress.Loopback, at.Port);
    }

    private async Task ExpectAsync()
    {
        _owner.Send(_host, new DirectStreamHost.Expect(Destination));
        await _owner.ExpectMsgAsync<DirectStreamHost.Expecting>();
    }
}
