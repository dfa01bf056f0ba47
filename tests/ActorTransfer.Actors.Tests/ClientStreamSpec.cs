using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Transports.Resolution;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>The link of a client account against a server of the test's own, in time that the test moves.</summary>
public sealed class ClientStreamSpec : ActorTest
{
    private readonly ScriptedServer _server;
    private readonly TestProbe _parent;
    private IActorRef _link = ActorRefs.Nobody;
    private int _links;

    public ClientStreamSpec()
    {
        _server = Own(new ScriptedServer());
        _parent = CreateTestProbe("parent");
    }

    [Fact]
    public async Task Link_must_log_in_and_carry_stanzas()
    {
        await StartAndWelcomeAsync();
        _link.Tell(new StanzaLink.Write(Iq.Get("1", Bo, Ping.Query)));
        await _server.HearAsync("<iq type='get' id='1' to='bo@south.example/Phone'>");
        await _parent.ExpectMsgAsync<StanzaLink.Written>();
        await _server.SayAsync("<iq type='result' id='1' from='bo@south.example/Phone'/><message from='bo@south.example/Phone'><body>hi</body></message>");
        Assert.Equal(("1", IqType.Result), (await _parent.ExpectMsgAsync<StanzaLink.Received>()).Stanza is var iq ? (iq.Id, iq.Type) : default);
        Assert.Equal("hi", (await _parent.ExpectMsgAsync<StanzaLink.Messaged>()).Message.Child("body")?.Text);
    }

    [Fact]
    public async Task Link_must_live_on_when_an_unknown_peer_sends_more_than_the_limits_allow()
    {
        await StartAndWelcomeAsync();
        var deep = string.Concat(Enumerable.Repeat("<a>", 40)) + string.Concat(Enumerable.Repeat("</a>", 40));
        await _server.SayAsync($"<message from='eve@south.example/x'><a xmlns='u'>{deep}</a></message><iq type='set' id='q1' from='eve@south.example/x'>{deep}</iq>");
        await _server.HearAsync("<iq type='error' id='q1' to='eve@south.example/x'><error type='modify'><policy-violation ");
        Assert.Equal("message", (await _parent.ExpectMsgAsync<StanzaLink.Skipped>()).Stanza.Head.Name);
        Assert.Equal("iq", (await _parent.ExpectMsgAsync<StanzaLink.Skipped>()).Stanza.Head.Name);
        await _server.SayAsync("<iq type='result' id='1' from='bo@south.example/Phone'/><r xmlns='urn:xmpp:sm:3'/>");
        await _parent.ExpectMsgAsync<StanzaLink.Received>();
        await _server.HearAsync("<a xmlns='urn:xmpp:sm:3' h='3'/>");
    }

    [Fact]
    public async Task Refusal_with_a_text_that_XML_cannot_carry_must_reach_the_peer_and_leave_the_link_alone()
    {
        await StartAndWelcomeAsync();
        var request = Iq.Set("q1", Ada, Ping.Query, Bo);
        _link.Tell(new StanzaLink.Write(request.Fail(StanzaError.Declined.WithText("no\u001B[31m\uD800"))));
        await _server.HearAsync("<forbidden ");
        await _parent.ExpectMsgAsync<StanzaLink.Written>();
        await _server.SayAsync("<iq type='result' id='1' from='bo@south.example/Phone'/>");
        await _parent.ExpectMsgAsync<StanzaLink.Received>();
    }

    [Fact]
    public async Task Idle_link_must_ask_whether_the_server_is_there_and_take_two_silences_for_its_end()
    {
        await StartAndWelcomeAsync();
        await PassAsync(60);
        await PassAsync(60);
        await _server.HearAsync("<ping xmlns='urn:xmpp:ping'/></iq>");
        await PassAsync(15);
        await _server.HearAsync("<ping xmlns='urn:xmpp:ping'/></iq>");
        await ExpectNoMessageAsync(_parent, _link);
        await PassAsync(15);
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Contains("pings", closed.Why, StringComparison.Ordinal);
        Assert.Equal((false, Ada), (closed.ForGood, closed.Resumable?.Self));
    }

    [Fact]
    public async Task Anything_that_the_server_sends_must_count_as_its_response()
    {
        await StartAndWelcomeAsync();
        await PassAsync(60);
        await PassAsync(60);
        await _server.HearAsync("<ping xmlns='urn:xmpp:ping'/></iq>");
        await PassAsync(15);
        await _server.HearAsync("<ping xmlns='urn:xmpp:ping'/></iq>");
        await _server.SayAsync("<message from='bo@south.example/Phone'/>");
        await _parent.ExpectMsgAsync<StanzaLink.Messaged>();
        await PassAsync(15);
        await ExpectNoMessageAsync(_parent, _link);
    }

    [Fact]
    public async Task Server_must_be_asked_about_stanzas_that_it_left_unacknowledged()
    {
        await StartAndWelcomeAsync();
        await PassAsync(5);
        await _server.HearAsync("<r xmlns='urn:xmpp:sm:3'/>");
        await _server.SayAsync("<a xmlns='urn:xmpp:sm:3' h='1'/>");
    }

    [Fact]
    public async Task Stanzas_above_the_limit_of_unacknowledged_ones_must_wait_for_an_acknowledgement()
    {
        await StartAndWelcomeAsync();
        await WriteAsync(1, 17);
        await _server.HearAsync("id='15'");
        await _server.HearAsync("<r xmlns='urn:xmpp:sm:3'/>");
        await ExpectNoMessageAsync(_parent, _link);
        await _server.SayAsync("<a xmlns='urn:xmpp:sm:3' h='1'/>");
        await _server.HearAsync("id='16'");
        await WrittenAsync(1);
        await ExpectNoMessageAsync(_parent, _link);
        _server.Hang();
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((16, Ada), (closed.Taken, closed.Resumable?.Self));
    }

    [Fact]
    public async Task Server_that_acknowledges_nothing_must_not_hold_stanzas_back_for_ever()
    {
        await StartAndWelcomeAsync();
        await WriteAsync(1, 20);
        await PassAsync(29);
        await ExpectNoMessageAsync(_parent, _link);
        await PassAsync(1);
        await _server.HearAsync("id='20'");
        await WrittenAsync(5);
        await WriteAsync(21, 60, written: 40);
        await _server.HearAsync("id='60'");
        _server.Hang();
        Assert.Null((await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Resumable);
    }

    [Fact]
    public async Task Link_that_is_referred_to_another_host_must_say_where_and_keep_a_session_that_it_did_not_reach()
    {
        await StartAndWelcomeAsync();
        _server.Hang();
        var session = (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Resumable!;
        Start(resume: session);
        await _server.AcceptAsync();
        await _server.HearAsync("version='1.0'>");
        await _server.SayAsync("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:error>"
            + "<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>[::1]:15541</see-other-host></stream:error>");
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((new OtherHost("::1", 15541), session), (closed.Redirect, closed.Resumable));
    }

    [Fact]
    public async Task Link_that_is_cut_must_leave_its_session_to_the_next()
    {
        await StartAndWelcomeAsync();
        _link.Tell(new StanzaLink.Write(Iq.Get("1", Bo, Ping.Query)));
        await _server.HearAsync("</iq>");
        await _parent.ExpectMsgAsync<StanzaLink.Written>();
        _server.Hang();
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((false, 1), (closed.ForGood, closed.Taken));

        Start(resume: closed.Resumable);
        await _server.LogInAsync("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>");
        await _server.HearAsync("previd='s1'/>");
        await _server.SayAsync("<resumed xmlns='urn:xmpp:sm:3' h='1' previd='s1'/>");
        await _server.HearAsync("<iq type='get' id='1'");
        Assert.Equal(new StanzaLink.Opened(Ada, InProcess: false) { Resumed = true }, await _parent.ExpectMsgAsync<StanzaLink.Opened>());
    }

    [Fact]
    public async Task Link_that_cannot_connect_must_say_where()
    {
        await StartAndWelcomeAsync();
        _server.Hang();
        var session = (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Resumable!;
        _server.Dispose();
        Start(resume: session);
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((false, session), (closed.ForGood, closed.Resumable));
        Assert.Contains("cannot connect to 127.0.0.1:", closed.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_that_its_host_ends_must_say_good_bye_to_the_server()
    {
        await StartAndWelcomeAsync();
        Sys.Stop(_link);
        await _server.HearAsync("</stream:stream>");
    }

    [Fact]
    public async Task Direct_TLS_must_be_tried_without_a_stream_header()
    {
        Start(TlsMode.Required);
        await _server.AcceptAsync();
        await _server.HearAsync("version='1.0'>");
        await StillRunsAsync(_link);
        await PassAsync(5);
        await _server.AcceptAsync();
        await _server.HearAsync("north.example"); // the name in the ClientHello
    }

    [Theory]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002F")]
    [InlineData("")]
    public async Task Direct_TLS_must_be_tried_at_once_where_no_XMPP_is_spoken(string answer)
    {
        Start(TlsMode.Required);
        await _server.AcceptAsync();
        await _server.HearAsync("version='1.0'>");
        await _server.SayAsync(answer);
        _server.Hang();
        await _server.AcceptAsync();
        await _server.HearAsync("north.example");
    }

    [Fact]
    public async Task Last_way_must_have_the_time_that_a_login_has()
    {
        Start(TlsMode.Required);
        await _server.AcceptAsync();
        _server.Hang();
        await _server.AcceptAsync();
        await _server.HearAsync("north.example");
        await PassAsync(5);
        await ExpectNoMessageAsync(_parent, _link);
        await PassAsync(10);
        Assert.Contains("did not complete", (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_that_takes_too_long_must_be_given_up()
    {
        Start();
        await _server.AcceptAsync();
        await _server.HearAsync("version='1.0'>");
        await PassAsync(15);
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Contains("did not complete the login", closed.Why, StringComparison.Ordinal);
        Assert.False(closed.ForGood);
    }

    [Fact]
    public async Task Password_must_not_leave_this_machine_in_clear()
    {
        Start(new ClientAddress(Ada, "192.0.2.1", null, TlsMode.Off, "open sesame"));
        Assert.Contains("not the local machine", (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_login_must_be_for_good_and_keep_the_password_to_itself()
    {
        Start();
        await _server.AcceptAsync();
        await _server.HearAsync("version='1.0'>");
        await _server.SayAsync("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
            + "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>");
        await _server.HearAsync("</auth>");
        await _server.SayAsync("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.True(closed.ForGood);
        Assert.DoesNotContain("sesame", closed.Why, StringComparison.Ordinal);
        await _server.HearAsync("</stream:stream>");
    }

    private async Task StartAndWelcomeAsync()
    {
        Start();
        await _server.WelcomeAsync();
        Assert.Equal(new StanzaLink.Opened(Ada, InProcess: false), await _parent.ExpectMsgAsync<StanzaLink.Opened>());
    }

    private void Start(TlsMode mode = TlsMode.Off, ResumableSession? resume = null) =>
        Start(new ClientAddress(Ada, "127.0.0.1", _server.Port, mode, "open sesame"), resume);

    private void Start(ClientAddress address, ResumableSession? resume = null)
    {
        var terms = new ClientTerms(address.Account, address.Password)
        {
            AllowPlaintext = address.Tls == TlsMode.Off,
            Management = new ManagementTerms(16, TimeSpan.FromSeconds(60)),
        };
        _link = _parent.ChildActorOf(XmppStreamActor.Props(address, terms, Settings().Connection, new DnsServerResolver([], TimeSpan.FromSeconds(5))), $"link-{++_links}");
        _link.Tell(new StanzaLink.Start(resume));
    }

    /// <summary>The presence is the first stanza that the server has not acknowledged; 15 more may follow.</summary>
    private async Task WriteAsync(int first, int last, int written = 15)
    {
        for (var id = first; id <= last; id++)
        {
            _link.Tell(new StanzaLink.Write(Iq.Get($"{id}", Bo, Ping.Query)));
        }

        await WrittenAsync(written);
    }

    private async Task WrittenAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _parent.ExpectMsgAsync<StanzaLink.Written>();
        }
    }

    private async Task PassAsync(int seconds)
    {
        await AdvanceAsync(_link, TimeSpan.FromSeconds(seconds));
        await StillRunsAsync(_link);
    }
}
