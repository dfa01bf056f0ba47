using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>Responses of the proxy, apart from activations.</summary>
public sealed class ProxyServiceSpec : ProxyTest
{
    [Fact]
    public async Task Proxy_must_return_the_address_that_it_listens_on()
    {
        await StartAsync();
        Assert.Equal([new StreamHost(Relay, "127.0.0.1", At.Port)], await GetAddressesAsync());
    }

    [Fact]
    public async Task Proxy_must_return_the_address_of_each_listener_and_accept_at_all()
    {
        var listen = ImmutableArray.Create(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await StartAsync("", null, Transports.Relaying.Relay.Run, listen);
        var at = (await StatusAsync()).EndPoints;
        Assert.Equal([new StreamHost(Relay, "127.0.0.1", at[0].Port), new StreamHost(Relay, "127.0.0.2", at[1].Port)], await GetAddressesAsync());
        using var one = await Socks5Client.ConnectAsync(at[0], Destination);
        using var other = await Socks5Client.ConnectAsync(at[1], Destination);
        await ActivatedAsync();
    }

    [Fact]
    public async Task Proxy_must_return_its_public_addresses_in_their_order_instead()
    {
        await StartAsync(
            "", null, Transports.Relaying.Relay.Run, null,
            new DnsEndPoint("files.example.org", 7000), new DnsEndPoint("[2001:DB8::9]", 7001), new DnsEndPoint("203.0.113.9", 0), new DnsEndPoint("::", 7000));
        Assert.Equal(
            [new StreamHost(Relay, "files.example.org", 7000), new StreamHost(Relay, "2001:db8::9", 7001), new StreamHost(Relay, "203.0.113.9", At.Port)],
            await GetAddressesAsync());
    }

    [Fact]
    public async Task Proxy_must_never_return_a_wildcard_address()
    {
        await StartAsync("", null, Transports.Relaying.Relay.Run, [new IPEndPoint(IPAddress.Any, 0)]);
        Assert.All(await GetAddressesAsync(), host => Assert.NotEqual("0.0.0.0", host.Host));
    }

    [Theory]
    [InlineData("0.0.0.0", "169.254.1.1 10.0.0.1 127.0.0.1", "10.0.0.1")]
    [InlineData("0.0.0.0", "8.8.8.8 10.0.0.1 2a00::1 127.0.0.1", "8.8.8.8")]
    [InlineData("::", "8.8.8.8 10.0.0.1 2a00::1 fe80::1 ::1", "2a00::1 8.8.8.8")]
    [InlineData("::", "127.0.0.1 ::1", "127.0.0.1 ::1")]
    [InlineData("::", "", "")]
    [InlineData("10.0.0.1", "8.8.8.8 10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "8.8.8.8", "10.0.0.1")]
    public void Wildcard_address_must_be_replaced_by_the_most_reachable_own_addresses(string listen, string machine, string expected) =>
        Assert.Equal(
            expected, string.Join(' ', PublicAddresses.Of(
                IPAddress.Parse(listen), machine.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(own => new OwnAddress(IPAddress.Parse(own))))));

    [Fact]
    public async Task Proxy_without_a_listener_must_refuse_to_be_a_streamhost()
    {
        await StartAsync("", null, Transports.Relaying.Relay.Run, []);
        Assert.Equal((ErrorType.Cancel, ErrorConditions.NotAllowed), await RefusedAsync(Get(Ada)));
        Assert.Equal(1, (await StatusAsync()).Refusals["not-listening"]);
    }

    [Fact]
    public async Task Proxy_must_not_start_when_an_address_is_in_use()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        IPEndPoint free;
        using (var passing = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            passing.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            free = (IPEndPoint)passing.LocalEndPoint!;
        }

        var definition = new BytestreamsProxy.Definition(Relay, [free, (IPEndPoint)taken.LocalEndPoint!], [], ProxyAccess.Everybody);
        var proxy = Sys.ActorOf(ProxyActor.Props(definition, Link.Ref, Settings()));
        Watch(proxy);
        await ExpectTerminatedAsync(proxy);
        await EventuallyAsync(() => !CanConnect(free), "the proxy still listens at the address that was free");
    }

    [Fact]
    public async Task Access_must_be_checked_for_address_requests_and_activations()
    {
        await StartAsync("", ProxyAccess.Parse(["ada@north.example", "west.example"]));
        foreach (var (from, allowed) in new[] { (Ada, true), (Jid.Parse("x@west.example/y"), true), (Bo, false), (Jid.Parse("x@a.west.example"), false) })
        {
            Ask(Get(from));
            var answer = await ReplyAsync();
            Assert.Equal(allowed ? null : StanzaError.Forbidden, answer.Error);
        }

        Assert.Equal((ErrorType.Auth, ErrorConditions.Forbidden), await RefusedAsync(Iq.Set("2", Relay, new Activation("s", Ada).ToXml(), Bo)));
        Assert.Equal(3, (await StatusAsync()).Refusals["acl"]);
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("allow = [south.example]", true, false)]
    public async Task Proxy_without_an_access_list_must_use_its_settings_or_else_its_domain(string hocon, bool south, bool north)
    {
        var definition = new BytestreamsProxy.Definition(Relay, [new IPEndPoint(IPAddress.Loopback, 0)], [], Allowed: null);
        var proxy = Sys.ActorOf(ProxyActor.Props(definition, Link.Ref, Settings($"proxy {{ {hocon} }}")));
        proxy.Tell(new Connection.Requested(Get(Bo)));
        Assert.Equal(south ? null : StanzaError.Forbidden, (await Link.FishForMessageAsync<Connection.Reply>(_ => true)).Answer.Error);
        proxy.Tell(new BytestreamsProxy.Reload(Settings("proxy.allow = [west.example]").Proxy, Allowed: null));
        proxy.Tell(new Connection.Requested(Get(Ada)));
        Assert.Equal(StanzaError.Forbidden, (await ReplyAsync()).Error);
        proxy.Tell(new BytestreamsProxy.Reload(Settings($"proxy {{ {hocon} }}").Proxy, Allowed: null));
        proxy.Tell(new Connection.Requested(Get(Ada)));
        Assert.Equal(north ? null : StanzaError.Forbidden, (await ReplyAsync()).Error);
    }

    [Fact]
    public async Task Malformed_activation_must_be_refused_as_malformed_before_access_is_checked()
    {
        await StartAsync("", ProxyAccess.Parse([]));
        var query = XmlElement.Parse("<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><activate>@</activate></query>");
        Assert.Equal((ErrorType.Modify, ErrorConditions.JidMalformed), await RefusedAsync(Iq.Set("m", Relay, query, Ada)));
    }

    [Theory]
    [InlineData(true, ErrorType.Auth, "not-authorized")]
    [InlineData(false, ErrorType.Cancel, "item-not-found")]
    internal async Task Strict_proxy_must_distinguish_a_wrong_target_from_a_wrong_session(bool strict, ErrorType type, string condition)
    {
        await StartAsync(strict ? "strict = on" : "strict = off");
        await ConnectAsync();
        Ask(Activate("held"));
        var wrongTarget = new Activation("s", Jid.Parse("cy@west.example/desk")).ToXml();
        Assert.Equal((type, condition), await RefusedAsync(Iq.Set("t", Relay, wrongTarget, Ada)));
        Assert.Equal((ErrorType.Cancel, ErrorConditions.ItemNotFound), await RefusedAsync(Activate("s", "another")));
        Assert.Equal((ErrorType.Cancel, ErrorConditions.ItemNotFound), await RefusedAsync(Iq.Set("o", Relay, wrongTarget, Bo)));
    }

    [Fact]
    public async Task Address_request_with_a_session_id_must_be_handled_like_one_without()
    {
        await StartAsync();
        Ask(Iq.Get("q", Relay, ProxyAddress.Query().With("sid", "x"), Ada));
        Assert.Single(ProxyAddress.Read((await ReplyAsync()).Payload));
    }

    [Theory]
    [InlineData(IqType.Set, "<query xmlns='http://jabber.org/protocol/disco#info'/>", "not-allowed")]
    [InlineData(IqType.Set, "<query xmlns='http://jabber.org/protocol/disco#items'/>", "not-allowed")]
    [InlineData(IqType.Get, "<vCard xmlns='vcard-temp'/>", "service-unavailable")]
    [InlineData(IqType.Set, "<query xmlns='jabber:iq:register'/>", "service-unavailable")]
    [InlineData(IqType.Get, "<udpsuccess xmlns='http://jabber.org/protocol/bytestreams'/>", "service-unavailable")]
    [InlineData(IqType.Set, "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s'><streamhost jid='a' host='b'/></query>", "bad-request")]
    internal async Task Component_of_a_proxy_must_refuse_unsupported_requests(IqType type, string payload, string condition)
    {
        var wire = await ConnectComponentAsync();
        wire.Tell(new StanzaLink.Received(new Iq(type, "x", Ada, Relay, XmlElement.Parse(payload))));
        Assert.Equal(condition, (await WrittenAsync(wire)).Error?.Condition);
    }

    [Fact]
    public async Task Component_of_a_proxy_must_respond_to_disco_and_ping()
    {
        var wire = await ConnectComponentAsync();
        wire.Tell(new StanzaLink.Received(Iq.Get("i", Relay, DiscoInfo.Query(), Ada)));
        var info = DiscoInfo.Read((await WrittenAsync(wire)).Payload!);
        Assert.True(info.IsBytestreamsProxy);
        Assert.True(info.Supports("http://jabber.org/protocol/bytestreams") && info.Supports("http://jabber.org/protocol/disco#info"));
        wire.Tell(new StanzaLink.Received(Iq.Get("n", Relay, XmlElement.Parse("<query xmlns='http://jabber.org/protocol/disco#items'/>"), Ada)));
        var items = await WrittenAsync(wire);
        Assert.Equal(IqType.Result, items.Type);
        Assert.Empty(items.Payload!.Children);
        wire.Tell(new StanzaLink.Received(Iq.Get("p", Relay, XmlElement.Parse("<ping xmlns='urn:xmpp:ping'/>"), Ada)));
        Assert.Equal((IqType.Result, "p"), await WrittenAsync(wire) is var pong ? (pong.Type, pong.Id) : default);
    }

    private static Iq Get(Jid from) => Iq.Get("g", Relay, ProxyAddress.Query(), from);

    private async Task<IReadOnlyList<StreamHost>> GetAddressesAsync()
    {
        Ask(Get(Ada));
        return ProxyAddress.Read((await ReplyAsync()).Payload);
    }

    /// <summary>A proxy behind a real connection with a scripted link; returns the link.</summary>
    private async Task<IActorRef> ConnectComponentAsync()
    {
        var definition = new Connection.Definition("relay", ScriptedLink.Props(TestActor), ProxyActor.Info);
        var connection = Sys.ActorOf(ConnectionActor.Props(definition, Settings().Connection));
        var wire = (await ExpectMsgAsync<ScriptedLink.Started>()).Wire;
        Sys.ActorOf(ProxyActor.Props(
            new BytestreamsProxy.Definition(Relay, [new IPEndPoint(IPAddress.Loopback, 0)], [], ProxyAccess.Everybody), connection, Settings()));
        wire.Tell(new StanzaLink.Opened(Relay, InProcess: false));
        await ServedAsync(wire);
        return wire;
    }

    /// <summary>The proxy registers with the connection by a message; until it is handled, the connection refuses the request.</summary>
    private async Task ServedAsync(IActorRef wire)
    {
        Iq? answer = null;
        while (answer is not { Type: IqType.Result })
        {
            wire.Tell(new StanzaLink.Received(Get(Ada)));
            answer = await WrittenAsync(wire);
        }
    }

    private async Task<Iq> WrittenAsync(IActorRef wire)
    {
        var stanza = (await ExpectMsgAsync<StanzaLink.Write>()).Stanza;
        wire.Tell(StanzaLink.Written.Instance);
        return stanza;
    }
}
