using ActorTransfer.Actors.Connections;

namespace ActorTransfer.Actors.Tests;

/// <summary>The login of a client account to a scripted server, in virtual time.</summary>
public sealed class ClientLoginSpec : ClientStreamTest
{
    [Fact]
    public async Task Direct_TLS_must_be_tried_without_a_stream_header()
    {
        Start(TlsMode.Required);
        await _server.AcceptAsync();
        await _server.ReceiveAsync("version='1.0'>");
        await StillRunsAsync(_link);
        await PassAsync(5);
        await _server.AcceptAsync();
        await _server.ReceiveAsync("north.example"); // the name in the ClientHello
    }

    [Theory]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002F")]
    [InlineData("")]
    public async Task Direct_TLS_must_be_tried_at_once_when_the_server_does_not_speak_XMPP(string response)
    {
        Start(TlsMode.Required);
        await _server.AcceptAsync();
        await _server.ReceiveAsync("version='1.0'>");
        await _server.SendAsync(response);
        _server.Close();
        await _server.AcceptAsync();
        await _server.ReceiveAsync("north.example");
    }

    [Fact]
    public async Task Last_attempt_must_have_the_whole_login_timeout()
    {
        Start(TlsMode.Required);
        await _server.AcceptAsync();
        _server.Close();
        await _server.AcceptAsync();
        await _server.ReceiveAsync("north.example");
        await PassAsync(5);
        await ExpectNoMessageAsync(_parent, _link);
        await PassAsync(10);
        Assert.Contains("did not complete", (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_without_a_response_must_time_out()
    {
        Start();
        await _server.AcceptAsync();
        await _server.ReceiveAsync("version='1.0'>");
        await PassAsync(15);
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Contains("did not complete the login", closed.Reason, StringComparison.Ordinal);
        Assert.False(closed.ForGood);
    }

    [Fact]
    public async Task Password_must_not_be_sent_unencrypted_to_another_machine()
    {
        Start(new ClientAccount { Jid = Ada, Host = "192.0.2.1", Tls = TlsMode.Off, Password = "open sesame" });
        Assert.Contains("not the local machine", (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_login_must_be_final_and_must_not_show_the_password()
    {
        Start();
        await _server.AcceptAsync();
        await _server.ReceiveAsync("version='1.0'>");
        await _server.SendAsync("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
            + "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>");
        await _server.ReceiveAsync("</auth>");
        await _server.SendAsync("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.True(closed.ForGood);
        Assert.DoesNotContain("sesame", closed.Reason, StringComparison.Ordinal);
        await _server.ReceiveAsync("</stream:stream>");
    }
}
