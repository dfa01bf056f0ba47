using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Streams;

public sealed class ClientSessionSpec
{
    private const string Auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFkYQBvcGVuIHNlc2FtZQ==</auth>";
    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");

    [Fact]
    public void Client_must_open_the_stream_to_the_domain_of_its_JID()
    {
        var run = new ClientRun(ClientRun.Terms);
        Assert.Equal([new StreamOutput.RestartStream(), new StreamOutput.Send(ClientRun.Header)], run.Outputs);
        Assert.False(run.Session.IsGreeted);
        Assert.True(run.Open().Session.IsGreeted);
    }

    [Fact]
    public void Client_must_encrypt_before_it_authenticates()
    {
        var run = new ClientRun(ClientRun.Terms).Features(ClientRun.StartTls + ClientRun.Plain);
        Assert.Equal([new StreamOutput.Send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")], run.Outputs);
        Assert.Equal([new StreamOutput.StartTls()], run.Receives("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").Outputs);
        Assert.Equal([new StreamOutput.RestartStream(), new StreamOutput.Send(ClientRun.Header)], run.Secured().Outputs);
        Assert.Equal([Auth], run.Features(ClientRun.Plain).Sent);
    }

    [Fact]
    public void Unencrypted_input_after_proceed_must_be_ignored()
    {
        var run = new ClientRun(ClientRun.Terms).Features(ClientRun.StartTls).Receives("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        Assert.Empty(run.Features(ClientRun.Plain).Outputs);
        Assert.Empty(run.Success().Outputs);
        Assert.Equal(StreamPhase.TlsHandshake, run.Session.Phase);
    }

    [Fact]
    public void Client_must_not_log_in_without_encryption()
    {
        var close = new ClientRun(ClientRun.Terms).Features(ClientRun.Plain).Closed;
        Assert.True(close.ForGood);
        Assert.Contains("no encryption", close.Reason, StringComparison.Ordinal);
    }

    /// <summary>A man in the middle can send anything before encryption: nothing of it may count as a login or reach the application.</summary>
    [Theory]
    [InlineData("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")]
    [InlineData("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>cj1h</challenge>")]
    [InlineData("<iq xmlns='jabber:client' type='set' id='1' from='bo@south.example/Phone'><si xmlns='http://jabber.org/protocol/si'/></iq>")]
    [InlineData("<message xmlns='jabber:client' from='bo@south.example/Phone'><body>https://evil.example/x</body></message>")]
    [InlineData("<presence xmlns='jabber:client' from='bo@south.example/Phone'/>")]
    [InlineData("<enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/>")]
    [InlineData("<resumed xmlns='urn:xmpp:sm:3' h='1' previd='x'/>")]
    [InlineData("<compressed xmlns='http://jabber.org/protocol/compress'/>")]
    public void Unencrypted_stanzas_must_do_nothing(string stanza)
    {
        var run = new ClientRun(ClientRun.Terms).Features(ClientRun.StartTls);
        Assert.Empty(run.Receives(stanza).Outputs);
        Assert.Equal((false, StreamPhase.Proceed), (run.Session.IsAuthenticated, run.Session.Phase));
        Assert.Equal([new StreamOutput.StartTls()], run.Receives("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").Outputs);
    }

    /// <summary>A compressed stream (XEP-0138) can be expanded a thousand times, and its lengths tell the content of encryption.</summary>
    [Fact]
    public void Compression_must_never_be_requested()
    {
        const string offer = "<compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>";
        var run = ClientRun.LoggedIn().Features(ClientRun.Bind + offer);
        Assert.DoesNotContain(run.Sent, text => text.Contains("compress", StringComparison.Ordinal));
        Assert.IsType<StreamOutput.Ready>(run.Bound().Outputs[^1]);
    }

    [Fact]
    public void Refused_encryption_must_end_the_stream()
    {
        var run = new ClientRun(ClientRun.Terms).Features(ClientRun.StartTls).Receives("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        Assert.Contains("TLS", run.Closed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_under_direct_TLS_must_log_in_at_once() =>
        Assert.Equal([Auth], new ClientRun(ClientRun.Terms, encrypted: true).Features(ClientRun.StartTls + ClientRun.Plain).Sent);

    [Fact]
    public void Client_that_permits_plaintext_must_not_require_encryption() =>
        Assert.Equal([Auth], new ClientRun(ClientRun.Terms with { AllowPlaintext = true }).Features(ClientRun.StartTls + ClientRun.Plain).Sent);

    [Fact]
    public void Missing_login_without_encryption_must_end_the_stream_permanently() =>
        Assert.True(new ClientRun(ClientRun.Terms with { AllowPlaintext = true })
            .Features("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>").Closed.ForGood);

    [Theory]
    [InlineData("not-authorized", true)]
    [InlineData("account-disabled", true)]
    [InlineData("temporary-auth-failure", false)]
    public void Refused_login_must_report_whether_to_retry(string condition, bool forGood)
    {
        var close = new ClientRun(ClientRun.Terms, encrypted: true).Features(ClientRun.Plain)
            .Receives($"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><{condition}/></failure>").Closed;
        Assert.Equal(forGood, close.ForGood);
        Assert.Contains(condition, close.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", close.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_must_request_its_resource_on_a_new_stream()
    {
        var run = ClientRun.LoggedIn();
        Assert.Equal([ClientRun.Header], run.Sent);
        Assert.Equal(
            ["<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>desk</resource></bind></iq>"],
            run.Features(ClientRun.Bind).Sent);
    }

    [Fact]
    public void Client_must_let_the_server_choose_the_resource_by_default() =>
        Assert.Equal(
            ["<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"],
            ClientRun.LoggedIn(ClientRun.Terms with { Account = Ada.Bare }).Features(ClientRun.Bind).Sent);

    [Fact]
    public void Client_must_use_the_address_that_the_server_bound()
    {
        var run = ClientRun.LoggedIn().Features(ClientRun.Bind).Bound("ada@north.example/other");
        Assert.Equal(new StreamOutput.Ready(Jid.Parse("ada@north.example/other"), Resumed: false), run.Outputs[^1]);
    }

    [Fact]
    public void Client_must_let_the_server_choose_the_resource_after_a_conflict()
    {
        var run = ClientRun.LoggedIn().Features(ClientRun.Bind).Receives(
            "<iq xmlns='jabber:client' type='error' id='bind'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
        Assert.Equal(["<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"], run.Sent);
        run.Receives(
            "<iq xmlns='jabber:client' type='error' id='bind'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
        Assert.Contains("conflict", run.Closed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>", true)]
    [InlineData("<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>", false)]
    [InlineData("", false)]
    public void Session_must_be_requested_only_where_the_server_requires_it(string feature, bool asked)
    {
        var run = ClientRun.LoggedIn().Features(ClientRun.Bind + feature).Bound();
        Assert.Equal(asked, run.Sent.Contains("<iq type='set' id='session'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>"));
        if (asked)
        {
            run.Receives("<iq xmlns='jabber:client' type='result' id='session'/>");
        }

        Assert.Equal(new StreamOutput.Ready(Ada, Resumed: false), run.Outputs[^1]);
    }

    [Fact]
    public void Client_must_send_presence_with_capabilities_and_negative_priority()
    {
        var info = new DiscoInfo([new DiscoIdentity("client", "bot", "Engine")], [Namespaces.DiscoInfo]);
        var run = ClientRun.LoggedIn(ClientRun.Terms with { Capabilities = Caps.ToXml(info) }).Features(ClientRun.Bind).Bound();
        var presence = XmlElement.Parse(Assert.Single(run.Sent).Replace("<presence>", "<presence xmlns='jabber:client'>", StringComparison.Ordinal));
        Assert.Equal("-1", presence.Child("priority")?.Text);
        Assert.Equal(Caps.Verification(info), presence.Child(Namespaces.Caps, "c")?["ver"]);
    }

    [Fact]
    public void Stanzas_must_flow_in_both_directions_once_it_is_ready()
    {
        var run = ClientRun.Ready();
        Assert.IsType<StreamOutput.Deliver>(
            Assert.Single(run.Receives("<iq xmlns='jabber:client' type='get' id='1' from='a@b/c'><x xmlns='y'/></iq>").Outputs));
        Assert.IsType<StreamOutput.DeliverMessage>(Assert.Single(run.Receives("<message xmlns='jabber:client' from='a@b/c'><x xmlns='y'/></message>").Outputs));
        Assert.IsType<StreamOutput.DeliverPresence>(Assert.Single(run.Receives("<presence xmlns='jabber:client' from='a@b/c'/>").Outputs));
        run.Take(run.Session.Say(Iq.Get("2", Ada, Ping.Query).ToXml()));
        Assert.Equal(
            [new StreamOutput.Send("<iq type='get' id='2' to='ada@north.example/desk'><ping xmlns='urn:xmpp:ping'/></iq>", IsAsked: true)], run.Outputs);
    }

    [Fact]
    public void Malformed_requests_must_get_an_error_and_malformed_responses_none()
    {
        var run = ClientRun.Ready();
        Assert.Contains(
            "bad-request", Assert.Single(run.Receives("<iq xmlns='jabber:client' type='get' id='1' from='a@b/c'/>").Sent), StringComparison.Ordinal);
        Assert.Empty(run.Receives("<iq xmlns='jabber:client' type='result' from='a@b/c'/>").Outputs);
    }

    [Theory]
    [InlineData("type='result'")]
    [InlineData("type='error'")]
    public void Any_response_to_a_ping_must_stay_in_the_stream(string type)
    {
        var run = ClientRun.Ready();
        run.Take(run.Session.Ping("p1"));
        Assert.Equal(["<iq type='get' id='p1' to='north.example'><ping xmlns='urn:xmpp:ping'/></iq>"], run.Sent);
        Assert.Empty(run.Receives($"<iq xmlns='jabber:client' {type} id='p1' from='north.example'/>").Outputs);
        Assert.IsType<StreamOutput.Deliver>(Assert.Single(run.Receives($"<iq xmlns='jabber:client' {type} id='p2' from='north.example'/>").Outputs));
    }

    [Theory]
    [InlineData("conflict", true)]
    [InlineData("not-authorized", true)]
    [InlineData("host-unknown", true)]
    [InlineData("host-gone", false)]
    [InlineData("unsupported-version", true)]
    [InlineData("system-shutdown", false)]
    [InlineData("policy-violation", false)]
    [InlineData("see-other-host", false)]
    [InlineData("connection-timeout", false)]
    public void Stream_errors_must_report_whether_to_retry(string condition, bool forGood)
    {
        var error = $"<error xmlns='http://etherx.jabber.org/streams'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>";
        foreach (var run in new[] { new ClientRun(ClientRun.Terms), ClientRun.LoggedIn(), ClientRun.ReadyAndManaged() })
        {
            var close = run.Receives(error).Closed;
            Assert.Equal(forGood, close.ForGood);
            Assert.Contains(condition, close.Reason, StringComparison.Ordinal);
            Assert.Null(run.Session.Resumable);
            Assert.Empty(run.Success().Outputs);
        }
    }

    [Fact]
    public void Protocol_violations_must_be_reported_before_the_stream_is_closed()
    {
        var run = ClientRun.Ready();
        run.Take(run.Session.Next(new XmlStreamItem.Invalid("policy-violation", "too big")));
        Assert.StartsWith("<stream:error><policy-violation", run.Sent.Single(), StringComparison.Ordinal);
        Assert.False(run.Closed.ForGood);
    }

    [Fact]
    public void Closed_stream_must_be_closed_on_this_side_and_retried()
    {
        var run = ClientRun.ReadyAndManaged();
        run.Take(run.Session.Next(new XmlStreamItem.Closed()));
        Assert.Equal([XmlStreamWriter.Close], run.Sent);
        Assert.False(run.Closed.ForGood);
        Assert.Null(run.Session.Resumable);
    }

    [Fact]
    public void Client_must_not_show_its_password() => Assert.DoesNotContain("sesame", ClientRun.Ready().Session.ToString(), StringComparison.Ordinal);
}
