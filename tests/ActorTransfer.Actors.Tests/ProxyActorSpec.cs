using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Links;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class ProxyActorSpec : ActorTest
{
    private static readonly DestinationAddress Destination = DestinationAddress.Compute("s", Ada, Bo);

    private readonly TestProbe _connection;
    private readonly IActorRef _proxy;

    public ProxyActorSpec()
    {
        _connection = CreateTestProbe("connection");
        _proxy = Start("max-pairs = 2, pending-timeout = 60s, activation-hold = 2s, drain = 5s");
    }

    [Fact]
    public async Task Proxy_must_tell_its_address()
    {
        var at = await ListenAsync();
        Ask(Iq.Get("1", Relay, ProxyAddress.Query(), Ada));
        Assert.Equal(new StreamHost(Relay, "127.0.0.1", at.Port), Assert.Single(ProxyAddress.Read((await ReplyAsync()).Payload)));
    }

    [Fact]
    public async Task Proxy_must_keep_early_bytes_and_carry_both_directions_to_their_ends()
    {
        var at = await ListenAsync();
        using var target = await SocksParty.EnterAsync(at, Destination);
        using var requester = await SocksParty.EnterAsync(at, Destination);
        await requester.Socket.WriteAsync([1, 2, 3]);
        Ask(Activate("a"));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        await requester.Socket.WriteAsync([4]);
        requester.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal([1, 2, 3, 4], await target.Socket.ReadToEndAsync());
        await target.Socket.WriteAsync([5, 6]);
        target.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal([5, 6], await requester.Socket.ReadToEndAsync());

        var status = await StatusOfAsync(pairs: 0);
        Assert.Equal((1, 6), (status.Relayed, status.Bytes));
    }

    [Fact]
    public async Task Proxy_must_refuse_a_third_connection_without_harm_to_the_two()
    {
        var at = await ListenAsync();
        using var target = await SocksParty.EnterAsync(at, Destination);
        using var requester = await SocksParty.EnterAsync(at, Destination);
        using var third = await SocksParty.AskAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await third.ReplyAsync());
        Ask(Activate("a"));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        using var fourth = await SocksParty.AskAsync(at, Destination);
        Assert.Equal(Socks5Reply.NotAllowed, await fourth.ReplyAsync());
        await requester.Socket.WriteAsync([7]);
        Assert.Equal([7], await target.Socket.ReadAsync(1));
    }

    [Fact]
    public async Task Proxy_must_check_an_activation_in_the_order_of_the_table()
    {
        var at = await ListenAsync();
        using var target = await SocksParty.EnterAsync(at, Destination);
        using var requester = await SocksParty.EnterAsync(at, Destination);
        Assert.Equal(ErrorConditions.BadRequest, await RefusedAsync("<query xmlns='http://jabber.org/protocol/bytestreams'><activate>bo@south.example/Phone</activate></query>"));
        Assert.Equal(ErrorConditions.BadRequest, await RefusedAsync("<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'/>"));
        Assert.Equal(ErrorConditions.JidMalformed, await RefusedAsync("<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><activate>@</activate></query>"));
        Assert.Equal(ErrorConditions.ItemNotFound, await RefusedAsync("<query xmlns='http://jabber.org/protocol/bytestreams' sid='x'><activate>bo@south.example/Phone</activate></query>"));
        Ask(Iq.Set("rev", Relay, new Activation("s", Ada).ToXml(), Bo));
        Assert.Equal(ErrorConditions.ItemNotFound, (await ReplyAsync()).Error?.Condition);
        Ask(Activate("a"));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        Ask(Activate("b"));
        Assert.Equal(ErrorConditions.Conflict, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Proxy_must_hold_an_activation_that_overtook_the_second_connection()
    {
        var at = await ListenAsync();
        using var target = await SocksParty.EnterAsync(at, Destination);
        Ask(Activate("a"));
        await PairRunsAsync();
        Advance(TimeSpan.FromSeconds(2) - Tick);
        await PairRunsAsync();
        Assert.False(_connection.HasMessages);
        using var requester = await SocksParty.EnterAsync(at, Destination);
        Assert.Equal((IqType.Result, "a"), Head(await ReplyAsync()));
    }

    [Fact]
    public async Task Proxy_must_refuse_a_held_activation_when_nobody_comes()
    {
        var at = await ListenAsync();
        using var target = await SocksParty.EnterAsync(at, Destination);
        Ask(Activate("a"));
        await PairRunsAsync();
        Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(ErrorConditions.NotAllowed, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Proxy_must_close_a_pair_that_nobody_activates_in_time()
    {
        var at = await ListenAsync();
        using var target = await SocksParty.EnterAsync(at, Destination);
        using var requester = await SocksParty.EnterAsync(at, Destination);
        Advance(TimeSpan.FromSeconds(60) - Tick);
        await PairRunsAsync();
        Advance(Tick);
        Assert.Empty(await target.Socket.ReadToEndAsync());
        Assert.Empty(await requester.Socket.ReadToEndAsync());
        await StatusOfAsync(pairs: 0);
    }

    [Fact]
    public async Task Proxy_must_free_the_slot_when_a_party_leaves_before_the_activation()
    {
        var at = await ListenAsync();
        using var target = await SocksParty.EnterAsync(at, Destination);
        using (await SocksParty.EnterAsync(at, Destination))
        {
        }

        Assert.Empty(await target.Socket.ReadToEndAsync());
        await StatusOfAsync(pairs: 0);
        using var again = await SocksParty.EnterAsync(at, Destination);
        using var andAgain = await SocksParty.EnterAsync(at, Destination);
        Ask(Activate("a"));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
    }

    [Fact]
    public async Task Proxy_must_limit_pairs()
    {
        var at = await ListenAsync();
        using var first = await SocksParty.EnterAsync(at, DestinationAddress.Compute("1", Ada, Bo));
        using var second = await SocksParty.EnterAsync(at, DestinationAddress.Compute("2", Ada, Bo));
        using var third = await SocksParty.AskAsync(at, DestinationAddress.Compute("3", Ada, Bo));
        Assert.Equal(Socks5Reply.GeneralFailure, await third.ReplyAsync());
    }

    [Fact]
    public async Task Proxy_must_refuse_whom_it_does_not_serve()
    {
        var proxy = Start("", ProxyAccess.Only([Ada.Bare, Jid.Parse("west.example")]));
        await _connection.ExpectMsgAsync<Connection.Serve>();
        await _connection.ExpectMsgAsync<Connection.Serve>();
        foreach (var (from, type) in new[] { (Ada, IqType.Result), (Jid.Parse("x@west.example/y"), IqType.Result), (Bo, IqType.Error) })
        {
            proxy.Tell(new Connection.Requested(Iq.Get("1", Relay, ProxyAddress.Query(), from)), _connection.Ref);
            Assert.Equal(type, (await ReplyAsync()).Type);
        }

        proxy.Tell(new Connection.Requested(Iq.Set("2", Relay, new Activation("s", Ada).ToXml(), Bo)), _connection.Ref);
        Assert.Equal(ErrorConditions.Forbidden, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Proxy_must_drain_what_is_active_and_close_the_rest()
    {
        var at = await ListenAsync();
        using var target = await SocksParty.EnterAsync(at, Destination);
        using var requester = await SocksParty.EnterAsync(at, Destination);
        using var waiting = await SocksParty.EnterAsync(at, DestinationAddress.Compute("w", Ada, Bo));
        Ask(Activate("a"));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);

        _proxy.Tell(new BytestreamsProxy.Drain(), TestActor);
        Assert.Empty(await waiting.Socket.ReadToEndAsync());
        using var late = await SocksParty.AskAsync(at, DestinationAddress.Compute("l", Ada, Bo));
        Assert.Equal(Socks5Reply.GeneralFailure, await late.ReplyAsync());
        Assert.False(HasMessages);

        requester.Socket.Shutdown(SocketShutdown.Send);
        target.Socket.Shutdown(SocketShutdown.Send);
        await ExpectMsgAsync<BytestreamsProxy.Drained>();
    }

    [Fact]
    public async Task Pair_that_crashes_must_take_its_connections_with_it_and_nothing_else()
    {
        var at = await ListenAsync();
        using var party = await SocksParty.EnterAsync(at, Destination);
        using var other = await SocksParty.EnterAsync(at, DestinationAddress.Compute("o", Ada, Bo));
        Sys.ActorSelection(_proxy.Path / Destination.Hex).Tell(Kill.Instance);
        Assert.Empty(await party.Socket.ReadToEndAsync());
        await StatusOfAsync(pairs: 1);
        using var again = await SocksParty.EnterAsync(at, Destination);
    }

    [Fact]
    public async Task End_of_the_proxy_must_close_every_connection()
    {
        var at = await ListenAsync();
        using var party = await SocksParty.EnterAsync(at, Destination);
        Sys.Stop(_proxy);
        Assert.Empty(await party.Socket.ReadToEndAsync());
        await EventuallyAsync(() => !CanConnect(at), () => "the proxy still listens");
    }

    [Theory]
    [InlineData("idle = 0s")]
    [InlineData("idle = 10m")]
    public async Task Half_closed_pair_must_live_as_long_as_bytes_move(string idle)
    {
        var proxy = Start($"half-close-linger = 4ms, {idle}");
        await _connection.ExpectMsgAsync<Connection.Serve>();
        var at = await ListenAsync(proxy);
        using var target = await SocksParty.EnterAsync(at, Destination);
        using var requester = await SocksParty.EnterAsync(at, Destination);
        proxy.Tell(new Connection.Requested(Activate("a")), _connection.Ref);
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        target.Socket.Shutdown(SocketShutdown.Send);
        Assert.Empty(await requester.Socket.ReadToEndAsync());
        for (var round = 0; round < 5; round++)
        {
            // Real time passes between two bytes, so that the second is reported; then most of the linger time passes.
            await requester.Socket.WriteAsync([1]);
            Assert.Single(await target.Socket.ReadAsync(1));
            await PassAsync(TimeSpan.FromMilliseconds(2));
            await requester.Socket.WriteAsync([1]);
            Assert.Single(await target.Socket.ReadAsync(1));
            await StillRunsAsync(await PairAsync(proxy));
            Advance(TimeSpan.FromMilliseconds(3));
            await StillRunsAsync(await PairAsync(proxy));
        }

        Advance(TimeSpan.FromMilliseconds(4));
        Assert.Empty(await target.Socket.ReadToEndAsync());
    }

    private static Iq Activate(string id) => Iq.Set(id, Relay, new Activation("s", Bo).ToXml(), Ada);

    private static (IqType Type, string Id) Head(Iq iq) => (iq.Type, iq.Id);

    private static bool CanConnect(IPEndPoint at)
    {
        using var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(at);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Task PassAsync(TimeSpan time)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        return EventuallyAsync(() => System.Diagnostics.Stopwatch.GetElapsedTime(start) > time, () => "time stands still");
    }

    private IActorRef Start(string hocon, ProxyAccess? access = null)
    {
        var definition = new BytestreamsProxy.Definition(Relay, new IPEndPoint(IPAddress.Loopback, 0), ImmutableArray<DnsEndPoint>.Empty, access ?? ProxyAccess.Everybody);
        return Sys.ActorOf(ProxyActor.Props(definition, _connection.Ref, Settings($"proxy {{ {hocon} }}")));
    }

    private async Task<IPEndPoint> ListenAsync(IActorRef? proxy = null)
    {
        await _connection.ExpectMsgAsync<Connection.Serve>();
        (proxy ?? _proxy).Tell(new BytestreamsProxy.GetStatus(), TestActor);
        return (await ExpectMsgAsync<BytestreamsProxy.Status>()).EndPoint;
    }

    private async Task<BytestreamsProxy.Status> StatusOfAsync(int pairs)
    {
        BytestreamsProxy.Status? status = null;
        await EventuallyAsync(
            () =>
            {
                _proxy.Tell(new BytestreamsProxy.GetStatus(), TestActor);
                status = ExpectMsg<BytestreamsProxy.Status>();
                return status.Pairs == pairs;
            },
            () => $"there are {status?.Pairs} pairs");
        return status!;
    }

    private async Task<IActorRef> PairAsync(IActorRef proxy) =>
        await Sys.ActorSelection(proxy.Path / Destination.Hex).ResolveOne(TimeSpan.FromSeconds(20));

    private async Task PairRunsAsync()
    {
        await StillRunsAsync(_proxy);
        await StillRunsAsync(await PairAsync(_proxy));
    }

    private void Ask(Iq request) => _proxy.Tell(new Connection.Requested(request), _connection.Ref);

    private async Task<Iq> ReplyAsync() => (await _connection.ExpectMsgAsync<Connection.Reply>()).Answer;

    private async Task<string?> RefusedAsync(string payload)
    {
        Ask(Iq.Set("x", Relay, XmlElement.Parse(payload), Ada));
        return (await ReplyAsync()).Error?.Condition;
    }
}
