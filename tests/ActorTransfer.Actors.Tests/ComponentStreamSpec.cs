using System.Text;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Transports.Resolution;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>The link of a component against a server of the test's own.</summary>
public sealed class ComponentStreamSpec : ActorTest
{
    private const string Header = "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='relay.north.example'>";

    private readonly ScriptedServer _server;
    private readonly TestProbe _parent;
    private IActorRef _link = ActorRefs.Nobody;

    public ComponentStreamSpec()
    {
        _server = Own(new ScriptedServer());
        _parent = CreateTestProbe("parent");
    }

    [Fact]
    public async Task Link_must_live_on_when_an_unknown_peer_sends_more_than_the_limits_allow()
    {
        await WelcomeAsync();
        var deep = string.Concat(Enumerable.Repeat("<a>", 39)) + string.Concat(Enumerable.Repeat("</a>", 39));
        await _server.SayAsync($"<message to='relay.north.example' from='eve@south.example/x'><a xmlns='u'>{deep}</a></message>");
        Assert.Equal("message", (await _parent.ExpectMsgAsync<StanzaLink.Skipped>()).Stanza.Head.Name);
        await _server.SayAsync($"<iq type='get' id='q1' to='relay.north.example' from='eve@south.example/x'>{deep}</iq>");
        await _server.HearAsync("<iq type='error' id='q1' from='relay.north.example' to='eve@south.example/x'><error type='modify'><policy-violation ");
        Assert.Equal("iq", (await _parent.ExpectMsgAsync<StanzaLink.Skipped>()).Stanza.Head.Name);
        await AfterAsync();
    }

    [Fact]
    public async Task Link_that_its_host_ends_must_close_the_stream()
    {
        await WelcomeAsync();
        Sys.Stop(_link);
        await _server.HearAsync("</stream:stream>");
    }

    [Fact]
    public async Task Link_must_send_the_stream_error_before_it_is_closed()
    {
        await WelcomeAsync();
        await _server.SayAsync("<a></b>");
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Sys.Stop(_link);
        Assert.Contains("not-well-formed", closed.Why, StringComparison.Ordinal);
        await _server.HearAsync("<not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
    }

    [Fact]
    public async Task Idle_link_must_be_kept_in_the_memory_of_routers_and_not_be_given_up()
    {
        await WelcomeAsync();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await AdvanceAsync(_link, TimeSpan.FromSeconds(60));
            await StillRunsAsync(_link);
        }

        await _server.HearAsync("    ");
        await ExpectNoMessageAsync(_parent, _link);
        await AfterAsync();
    }

    /// <summary>Each is answered by the stream itself, whose room in the queue is small.</summary>
    [Fact]
    public async Task Link_must_live_on_when_an_unknown_peer_sends_many_malformed_requests_at_once()
    {
        await WelcomeAsync();
        const int count = 2000;
        var burst = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            burst.Append(System.Globalization.CultureInfo.InvariantCulture, $"<iq type='get' id='q{i}' to='relay.north.example' from='eve@south.example/x'/>");
        }

        await _server.SayAsync(burst.ToString());
        for (var i = 0; i < count; i++)
        {
            await _server.HearAsync($"id='q{i}'");
        }

        await AfterAsync();
    }

    [Fact]
    public async Task Refusal_must_have_a_sender_though_the_addressee_is_no_address()
    {
        await WelcomeAsync();
        await _server.SayAsync("<iq type='get' id='q1' to='\uE000@relay.north.example' from='eve@south.example/x'><a xmlns='u'/></iq>");
        Assert.Contains("from='relay.north.example'", await _server.HearAsync("</iq>"), StringComparison.Ordinal);
        await AfterAsync();
    }

    private async Task AfterAsync()
    {
        await _server.SayAsync("<iq type='set' id='after' to='relay.north.example' from='eve@south.example/x'><a xmlns='u'/></iq>");
        Assert.Equal(("after", IqType.Set), (await _parent.ExpectMsgAsync<StanzaLink.Received>()).Stanza is var iq ? (iq.Id, iq.Type) : default);
    }

    private async Task WelcomeAsync()
    {
        var address = new ComponentAddress("127.0.0.1", _server.Port, Relay, "s3cret");
        _link = _parent.ChildActorOf(XmppStreamActor.Props(address, new ComponentTerms(address.Name, address.Secret), Settings().Connection, new DnsServerResolver([], TimeSpan.FromSeconds(5))), "link", CancellationToken.None);
        _link.Tell(new StanzaLink.Start());
        await _server.AcceptAsync();
        await _server.HearAsync("to='relay.north.example'>");
        await _server.SayAsync(Header);
        await _server.HearAsync("</handshake>");
        await _server.SayAsync("<handshake/>");
        await _parent.ExpectMsgAsync<StanzaLink.Opened>();
    }
}
