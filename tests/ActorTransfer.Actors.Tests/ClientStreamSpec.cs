using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>The link of a client account to a scripted server, in virtual time.</summary>
public sealed class ClientStreamSpec : ClientStreamTest
{
    [Fact]
    public async Task Link_must_log_in_and_transfer_stanzas()
    {
        await StartAndLogInAsync();
        _link.Tell(new StanzaLink.Write(Iq.Get("1", Bo, Ping.Query)));
        await _server.ReceiveAsync("<iq type='get' id='1' to='bo@south.example/Phone'>");
        await _parent.ExpectMsgAsync<StanzaLink.Written>();
        await _server.SendAsync("<iq type='result' id='1' from='bo@south.example/Phone'/><message from='bo@south.example/Phone'><body>hi</body></message>");
        Assert.Equal(("1", IqType.Result), (await _parent.ExpectMsgAsync<StanzaLink.Received>()).Stanza is var iq ? (iq.Id, iq.Type) : default);
        Assert.Equal("hi", (await _parent.ExpectMsgAsync<StanzaLink.Messaged>()).Message.Child("body")?.Text);
    }

    [Fact]
    public async Task Link_must_stay_open_when_a_peer_sends_stanzas_beyond_the_limits()
    {
        await StartAndLogInAsync();
        var deep = string.Concat(Enumerable.Repeat("<a>", 40)) + string.Concat(Enumerable.Repeat("</a>", 40));
        await _server.SendAsync(
            $"<message from='eve@south.example/x'><a xmlns='u'>{deep}</a></message><iq type='set' id='q1' from='eve@south.example/x'>{deep}</iq>");
        await _server.ReceiveAsync("<iq type='error' id='q1' to='eve@south.example/x'><error type='modify'><policy-violation ");
        Assert.Equal("message", (await _parent.ExpectMsgAsync<StanzaLink.Skipped>()).Stanza.Head.Name);
        Assert.Equal("iq", (await _parent.ExpectMsgAsync<StanzaLink.Skipped>()).Stanza.Head.Name);
        await _server.SendAsync("<iq type='result' id='1' from='bo@south.example/Phone'/><r xmlns='urn:xmpp:sm:3'/>");
        await _parent.ExpectMsgAsync<StanzaLink.Received>();
        await _server.ReceiveAsync("<a xmlns='urn:xmpp:sm:3' h='3'/>");
    }

    [Fact]
    public async Task Refusal_with_characters_invalid_in_XML_must_reach_the_peer_and_keep_the_link_open()
    {
        await StartAndLogInAsync();
        var request = Iq.Set("q1", Ada, Ping.Query, Bo);
        _link.Tell(new StanzaLink.Write(request.Fail(StanzaError.Declined.WithText("no\u001B[31m\uD800"))));
        await _server.ReceiveAsync("<forbidden ");
        await _parent.ExpectMsgAsync<StanzaLink.Written>();
        await _server.SendAsync("<iq type='result' id='1' from='bo@south.example/Phone'/>");
        await _parent.ExpectMsgAsync<StanzaLink.Received>();
    }

    [Fact]
    public async Task Idle_link_must_ping_the_server_and_close_after_two_pings_without_a_response()
    {
        await StartAndLogInAsync();
        await PassAsync(60);
        await PassAsync(60);
        await _server.ReceiveAsync("<ping xmlns='urn:xmpp:ping'/></iq>");
        await PassAsync(15);
        await _server.ReceiveAsync("<ping xmlns='urn:xmpp:ping'/></iq>");
        await ExpectNoMessageAsync(_parent, _link);
        await PassAsync(15);
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Contains("pings", closed.Reason, StringComparison.Ordinal);
        Assert.Equal((false, Ada), (closed.ForGood, closed.Resumable?.Self));
    }

    [Fact]
    public async Task Any_stanza_from_the_server_must_count_as_a_response_to_a_ping()
    {
        await StartAndLogInAsync();
        await PassAsync(60);
        await PassAsync(60);
        await _server.ReceiveAsync("<ping xmlns='urn:xmpp:ping'/></iq>");
        await PassAsync(15);
        await _server.ReceiveAsync("<ping xmlns='urn:xmpp:ping'/></iq>");
        await _server.SendAsync("<message from='bo@south.example/Phone'/>");
        await _parent.ExpectMsgAsync<StanzaLink.Messaged>();
        await PassAsync(15);
        await ExpectNoMessageAsync(_parent, _link);
    }

    [Fact]
    public async Task Acknowledgement_must_be_requested_for_unacknowledged_stanzas()
    {
        await StartAndLogInAsync();
        await PassAsync(5);
        await _server.ReceiveAsync("<r xmlns='urn:xmpp:sm:3'/>");
        await _server.SendAsync("<a xmlns='urn:xmpp:sm:3' h='1'/>");
    }

    [Fact]
    public async Task Stanzas_beyond_the_limit_of_unacknowledged_ones_must_wait_for_an_acknowledgement()
    {
        await StartAndLogInAsync();
        await WriteAsync(1, 17);
        await _server.ReceiveAsync("id='15'");
        await _server.ReceiveAsync("<r xmlns='urn:xmpp:sm:3'/>");
        await ExpectNoMessageAsync(_parent, _link);
        await _server.SendAsync("<a xmlns='urn:xmpp:sm:3' h='1'/>");
        await _server.ReceiveAsync("id='16'");
        await WrittenAsync(1);
        await ExpectNoMessageAsync(_parent, _link);
        _server.Close();
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((16, Ada), (closed.Taken, closed.Resumable?.Self));
    }

    [Fact]
    public async Task Server_that_acknowledges_nothing_must_delay_stanzas_for_a_limited_time()
    {
        await StartAndLogInAsync();
        await WriteAsync(1, 20);
        await PassAsync(29);
        await ExpectNoMessageAsync(_parent, _link);
        await PassAsync(1);
        await _server.ReceiveAsync("id='20'");
        await WrittenAsync(5);
        await WriteAsync(21, 60, written: 40);
        await _server.ReceiveAsync("id='60'");
        _server.Close();
        Assert.Null((await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Resumable);
    }

    [Fact]
    public async Task Redirected_link_must_report_the_other_host_and_keep_the_session_to_resume()
    {
        await StartAndLogInAsync();
        _server.Close();
        var session = (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Resumable!;
        Start(resume: session);
        await _server.AcceptAsync();
        await _server.ReceiveAsync("version='1.0'>");
        await _server.SendAsync("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:error>"
            + "<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>[::1]:15541</see-other-host></stream:error>");
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((new OtherHost("::1", 15541), session), (closed.Redirect, closed.Resumable));
    }

    [Fact]
    public async Task Next_link_must_resume_the_session_of_a_lost_link()
    {
        await StartAndLogInAsync();
        _link.Tell(new StanzaLink.Write(Iq.Get("1", Bo, Ping.Query)));
        await _server.ReceiveAsync("</iq>");
        await _parent.ExpectMsgAsync<StanzaLink.Written>();
        _server.Close();
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((false, 1), (closed.ForGood, closed.Taken));

        Start(resume: closed.Resumable);
        await _server.LogInAsync("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>");
        await _server.ReceiveAsync("previd='s1'/>");
        await _server.SendAsync("<resumed xmlns='urn:xmpp:sm:3' h='1' previd='s1'/>");
        await _server.ReceiveAsync("<iq type='get' id='1'");
        Assert.Equal(new StanzaLink.Opened(Ada, InProcess: false) { Resumed = true }, await _parent.ExpectMsgAsync<StanzaLink.Opened>());
    }

    [Fact]
    public async Task Link_that_cannot_connect_must_report_the_endpoint()
    {
        await StartAndLogInAsync();
        _server.Close();
        var session = (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Resumable!;
        _server.Dispose();
        Start(resume: session);
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((false, session), (closed.ForGood, closed.Resumable));
        Assert.Contains("cannot connect to 127.0.0.1:", closed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_link_must_close_its_stream()
    {
        await StartAndLogInAsync();
        Sys.Stop(_link);
        await _server.ReceiveAsync("</stream:stream>");
    }

    private async Task StartAndLogInAsync()
    {
        Start();
        await _server.LogInResumableAsync();
        Assert.Equal(new StanzaLink.Opened(Ada, InProcess: false), await _parent.ExpectMsgAsync<StanzaLink.Opened>());
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
}
