using System.Text;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Transports.Resolution;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>The link of a component to a scripted server.</summary>
public sealed class ComponentStreamSpec : ActorTest
{
    private const string Header =
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='relay.north.example'>";

    private readonly ScriptedServer _server;
    private readonly TestProbe _parent;
    private IActorRef _link = ActorRefs.Nobody;

    public ComponentStreamSpec()
    {
        _server = Own(new ScriptedServer());
        _parent = CreateTestProbe("parent");
    }

    [Fact]
    public async Task Link_must_stay_open_when_a_peer_sends_stanzas_beyond_the_limits()
    {
        await ConnectAsync();
        var deep = string.Concat(Enumerable.Repeat("<a>", 39)) + string.Concat(Enumerable.Repeat("</a>", 39));
        await _server.SendAsync($"<message to='relay.north.example' from='eve@south.example/x'><a xmlns='u'>{deep}</a></message>");
        Assert.Equal("message", (await _parent.ExpectMsgAsync<StanzaLink.Skipped>()).Stanza.Head.Name);
        await _server.SendAsync($"<iq type='get' id='q1' to='relay.north.example' from='eve@south.example/x'>{deep}</iq>");
        await _server.ReceiveAsync("<iq type='error' id='q1' from='relay.north.example' to='eve@south.example/x'><error type='modify'><policy-violation ");
        Assert.Equal("iq", (await _parent.ExpectMsgAsync<StanzaLink.Skipped>()).Stanza.Head.Name);
        await ExpectOpenAsync();
    }

    [Fact]
    public async Task Stopped_link_must_close_its_stream()
    {
        await ConnectAsync();
        Sys.Stop(_link);
        await _server.ReceiveAsync("</stream:stream>");
    }

    [Fact]
    public async Task Link_must_send_the_stream_error_before_it_is_closed()
    {
        await ConnectAsync();
        await _server.SendAsync("<a></b>");
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Sys.Stop(_link);
        Assert.Contains("not-well-formed", closed.Reason, StringComparison.Ordinal);
        await _server.ReceiveAsync("<not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
    }

    [Fact]
    public async Task Idle_link_must_send_white_space_and_stay_open()
    {
        await ConnectAsync();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await AdvanceAsync(_link, TimeSpan.FromSeconds(60));
            await StillRunsAsync(_link);
        }

        await _server.ReceiveAsync("    ");
        await ExpectNoMessageAsync(_parent, _link);
        await ExpectOpenAsync();
    }

    /// <summary>The stream itself responds to each; its queue is small.</summary>
    [Fact]
    public async Task Link_must_stay_open_when_a_peer_sends_many_malformed_requests_at_once()
    {
        await ConnectAsync();
        const int count = 2000;
        var burst = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            burst.Append(System.Globalization.CultureInfo.InvariantCulture, $"<iq type='get' id='q{i}' to='relay.north.example' from='eve@south.example/x'/>");
        }

        await _server.SendAsync(burst.ToString());
        for (var i = 0; i < count; i++)
        {
            await _server.ReceiveAsync($"id='q{i}'");
        }

        await ExpectOpenAsync();
    }

    [Fact]
    public async Task Refusal_of_a_request_to_an_invalid_JID_must_have_a_valid_sender()
    {
        await ConnectAsync();
        await _server.SendAsync("<iq type='get' id='q1' to='\uE000@relay.north.example' from='eve@south.example/x'><a xmlns='u'/></iq>");
        Assert.Contains("from='relay.north.example'", await _server.ReceiveAsync("</iq>"), StringComparison.Ordinal);
        await ExpectOpenAsync();
    }

    private async Task ExpectOpenAsync()
    {
        await _server.SendAsync("<iq type='set' id='after' to='relay.north.example' from='eve@south.example/x'><a xmlns='u'/></iq>");
        Assert.Equal(("after", IqType.Set), (await _parent.ExpectMsgAsync<StanzaLink.Received>()).Stanza is var iq ? (iq.Id, iq.Type) : default);
    }

    private async Task ConnectAsync()
    {
        var address = new ComponentAccount { Host = "127.0.0.1", Port = _server.Port, Jid = Relay, Secret = "s3cret" };
        _link = _parent.ChildActorOf(XmppStreamActor.Props(address, new ComponentTerms(address.Jid, address.Secret), Settings().Connection,
            new DnsServerResolver([], TimeSpan.FromSeconds(5))), "link", CancellationToken.None);
        _link.Tell(new StanzaLink.Start());
        await _server.AcceptAsync();
        await _server.ReceiveAsync("to='relay.north.example'>");
        await _server.SendAsync(Header);
        await _server.ReceiveAsync("</handshake>");
        await _server.SendAsync("<handshake/>");
        await _parent.ExpectMsgAsync<StanzaLink.Opened>();
    }
}
