using System.Net;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Protocol.Bytestreams;
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
    public async Task Stream_host_must_refuse_an_address_that_nobody_expects()
    {
        using var party = await SocksParty.AskAsync(await AddressAsync(), Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await party.ReplyAsync());
        Assert.Empty(await party.Socket.ReadToEndAsync());
    }

    [Fact]
    public async Task Stream_host_must_let_one_connection_in_and_hand_it_over()
    {
        var at = await AddressAsync();
        await ExpectAsync();
        using var party = await SocksParty.EnterAsync(at, Destination);
        using var second = await SocksParty.AskAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await second.ReplyAsync());

        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        Own((await _owner.ExpectMsgAsync<DirectStreamHost.Taken>()).Link);
        using var third = await SocksParty.AskAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await third.ReplyAsync());
        Advance(TimeSpan.FromSeconds(2));
        await HeardNothingAsync(_owner, _host);
    }

    [Fact]
    public async Task Stream_host_must_wait_a_moment_for_a_connection_that_the_answer_overtook()
    {
        var at = await AddressAsync();
        await ExpectAsync();
        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        await StillRunsAsync(_host);
        Advance(TimeSpan.FromSeconds(1) - Tick);
        using var party = await SocksParty.EnterAsync(at, Destination);
        Own((await _owner.ExpectMsgAsync<DirectStreamHost.Taken>()).Link);
    }

    [Fact]
    public async Task Stream_host_must_say_that_nobody_came_when_the_moment_is_over()
    {
        var at = await AddressAsync();
        await ExpectAsync();
        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        await StillRunsAsync(_host);
        Advance(TimeSpan.FromSeconds(1));
        await _owner.ExpectMsgAsync<DirectStreamHost.NotThere>();
        using var late = await SocksParty.AskAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await late.ReplyAsync());
    }

    [Fact]
    public async Task Stream_host_must_not_have_what_it_was_not_told_to_expect()
    {
        _owner.Send(_host, new DirectStreamHost.Take(Destination));
        await _owner.ExpectMsgAsync<DirectStreamHost.NotThere>();
    }

    [Fact]
    public async Task Stream_host_must_close_and_forget_when_the_owner_stops()
    {
        var at = await AddressAsync();
        await ExpectAsync();
        using var party = await SocksParty.EnterAsync(at, Destination);
        Watch(_owner.Ref);
        Sys.Stop(_owner.Ref);
        await ExpectTerminatedAsync(_owner.Ref);
        Assert.Empty(await party.Socket.ReadToEndAsync());
        using var late = await SocksParty.AskAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await late.ReplyAsync());
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
