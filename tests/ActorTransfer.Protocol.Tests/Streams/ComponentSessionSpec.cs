using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Streams;

public sealed class ComponentSessionSpec
{
    private static readonly ComponentTerms Terms = new(Jid.Parse("relay.north.example"), "p@ss&word");
    private static readonly XmppSession Fresh = Terms.Begin("nonce").State;
    private static readonly XmppSession Ready = Fresh.Next(Opened("c0ffee-42")).State.Next(Stanza("<handshake xmlns='jabber:component:accept'/>")).State;

    [Fact]
    public void Component_must_open_the_stream_to_its_own_name() =>
        Assert.Equal<StreamOutput>(
            [
                new StreamOutput.RestartStream(),
                new StreamOutput.Send(
                    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='relay.north.example'>"),
            ],
            Terms.Begin("nonce").Outputs);

    [Theory]
    [InlineData("c0ffee-42", "p@ss&word", "4ed1bf04ac59bd82d7558dbf3f6075df8509b586")]
    [InlineData("3BF96D32", "test", "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e")]
    public void Component_must_authenticate_by_the_secret(string id, string secret, string digest)
    {
        var step = (Terms with { Secret = secret }).Begin("nonce").State.Next(Opened(id));
        Assert.Equal(new StreamOutput.Send($"<handshake>{digest}</handshake>"), Assert.Single(step.Outputs));
        Assert.Equal(StreamPhase.Handshake, step.State.Phase);
    }

    [Fact]
    public void Component_must_be_ready_after_the_empty_handshake_and_not_twice()
    {
        var handshake = Stanza("<handshake xmlns='jabber:component:accept'/>");
        Assert.Empty(Fresh.Next(handshake).Outputs);
        var step = Fresh.Next(Opened("c0ffee-42")).State.Next(handshake);
        Assert.Equal(new StreamOutput.Ready(Terms.Name, Resumed: false), Assert.Single(step.Outputs));
        Assert.Equal(StreamPhase.Ready, step.State.Phase);
        Assert.Empty(step.State.Next(handshake).Outputs);
    }

    [Fact]
    public void Component_must_ignore_stanzas_before_it_is_ready()
    {
        var ping = Stanza("<iq xmlns='jabber:component:accept' type='get' id='1' from='a@b/c' to='relay.north.example'><ping xmlns='urn:xmpp:ping'/></iq>");
        Assert.Empty(Fresh.Next(ping).Outputs);
        var delivered = Assert.IsType<StreamOutput.Deliver>(Assert.Single(Ready.Next(ping).Outputs));
        Assert.Equal(("1", IqType.Get, Jid.Parse("a@b/c")), (delivered.Stanza.Id, delivered.Stanza.Type, delivered.Stanza.From));
    }

    [Theory]
    [InlineData("not-authorized", true)]
    [InlineData("host-unknown", true)]
    [InlineData("conflict", false)]
    [InlineData("invalid-namespace", true)]
    [InlineData("system-shutdown", false)]
    [InlineData("connection-timeout", false)]
    public void Component_must_report_which_stream_errors_are_permanent(string condition, bool forGood)
    {
        var error = Stanza(
            $"<error xmlns='http://etherx.jabber.org/streams'><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>x</text>"
            + $"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>");
        foreach (var session in new[] { Fresh, Ready })
        {
            var close = Assert.IsType<StreamOutput.Close>(Assert.Single(session.Next(error).Outputs));
            Assert.Equal(forGood, close.ForGood);
            Assert.Contains(condition, close.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain(Terms.Secret, close.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Component_must_read_an_error_without_a_condition()
    {
        var close = Assert.IsType<StreamOutput.Close>(
            Assert.Single(Ready.Next(Stanza("<error xmlns='http://etherx.jabber.org/streams'/>")).Outputs));
        Assert.False(close.ForGood);
        Assert.Contains("undefined-condition", close.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Component_must_wait_for_the_error_that_follows_a_header_without_an_id()
    {
        var step = Fresh.Next(Opened(null));
        Assert.Empty(step.Outputs);
        var error = Stanza("<error xmlns='http://etherx.jabber.org/streams'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>");
        var close = Assert.IsType<StreamOutput.Close>(Assert.Single(step.State.Next(error).Outputs));
        Assert.True(close.ForGood);
        Assert.Contains("host-unknown", close.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Component_must_close_its_stream_and_retry_after_the_server_closed()
    {
        var outputs = Ready.Next(new XmlStreamItem.Closed()).Outputs;
        Assert.Equal(new StreamOutput.Send("</stream:stream>"), outputs[0]);
        Assert.False(Assert.IsType<StreamOutput.Close>(outputs[1]).ForGood);
    }

    [Fact]
    public void Component_must_encrypt_before_the_handshake()
    {
        var step = (Terms with { StartTls = true }).Begin("nonce");
        Assert.Contains("to='relay.north.example' version='1.0'>", Assert.IsType<StreamOutput.Send>(step.Outputs[^1]).Text, StringComparison.Ordinal);
        step = step.State.Next(Opened("1"));
        Assert.Empty(step.Outputs);
        step = step.State.Next(Features("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
        Assert.Equal(new StreamOutput.Send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), Assert.Single(step.Outputs));
        step = step.State.Next(Stanza("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
        Assert.Equal(new StreamOutput.StartTls(), Assert.Single(step.Outputs));
        step = step.State.Secured([]).State.Next(Opened("3BF96D32"));
        step = step.State.Next(Features(""));
        Assert.StartsWith("<handshake>", Assert.IsType<StreamOutput.Send>(Assert.Single(step.Outputs)).Text, StringComparison.Ordinal);
        Assert.True(step.State.IsEncrypted);
    }

    [Fact]
    public void Component_that_requires_encryption_must_fail_without_it()
    {
        var outputs = (Terms with { StartTls = true }).Begin("nonce").State.Next(Opened("1")).State.Next(Features("")).Outputs;
        Assert.Equal(new StreamOutput.Send("</stream:stream>"), outputs[0]);
        var close = Assert.IsType<StreamOutput.Close>(outputs[1]);
        Assert.Equal((true, LinkFault.StreamRefused), (close.ForGood, close.Fault));
    }

    [Fact]
    public void Component_under_direct_TLS_must_behave_as_without()
    {
        var step = (Terms with { StartTls = true }).Begin("nonce", []);
        Assert.DoesNotContain("version", Assert.IsType<StreamOutput.Send>(step.Outputs[^1]).Text, StringComparison.Ordinal);
        Assert.StartsWith("<handshake>", Assert.IsType<StreamOutput.Send>(Assert.Single(step.State.Next(Opened("1")).Outputs)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_of_a_component_must_be_managed_and_resumed_where_the_server_offers_it()
    {
        var terms = Terms with { StartTls = true, Management = new ManagementTerms(4, TimeSpan.FromSeconds(60)) };
        var step = Admitted(terms, resume: null);
        Assert.StartsWith("<enable ", Assert.IsType<StreamOutput.Send>(Assert.Single(step.Outputs)).Text, StringComparison.Ordinal);
        step = step.State.Next(Stanza("<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>"));
        Assert.Equal(new StreamOutput.Ready(Terms.Name, Resumed: false), Assert.Single(step.Outputs));
        step = step.State.Say(Iq.Get("1", Jid.Parse("a@b/c"), new XmlElement(Namespaces.Ping, "ping"), Terms.Name).ToXml());

        step = Admitted(terms, step.State.Resumable);
        Assert.Equal("<resume xmlns='urn:xmpp:sm:3' h='0' previd='s1'/>", Assert.IsType<StreamOutput.Send>(Assert.Single(step.Outputs)).Text);
        var resumed = step.State.Next(Stanza("<resumed xmlns='urn:xmpp:sm:3' h='0' previd='s1'/>"));
        Assert.Contains(new StreamOutput.Ready(Terms.Name, Resumed: true), resumed.Outputs);
        Assert.StartsWith("<iq type='get' id='1' ", Assert.IsType<StreamOutput.Send>(resumed.Outputs[0]).Text, StringComparison.Ordinal);

        var refused = step.State.Next(Stanza("<failed xmlns='urn:xmpp:sm:3'/>"));
        Assert.StartsWith("<enable ", Assert.IsType<StreamOutput.Send>(Assert.Single(refused.Outputs)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Component_must_report_the_error_before_it_closes()
    {
        var outputs = Ready.Next(new XmlStreamItem.Invalid("policy-violation", "too big")).Outputs;
        var send = Assert.IsType<StreamOutput.Send>(outputs[0]);
        Assert.Contains("<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>", send.Text, StringComparison.Ordinal);
        Assert.EndsWith("</stream:stream>", send.Text, StringComparison.Ordinal);
        Assert.StartsWith("<stream:error", send.Text, StringComparison.Ordinal);
        Assert.False(Assert.IsType<StreamOutput.Close>(outputs[1]).ForGood);
    }

    [Theory]
    [InlineData("<iq xmlns='jabber:component:accept' type='get' id='1' from='a@b/c' to='relay.north.example'/>", "bad-request")]
    [InlineData("<iq xmlns='jabber:component:accept' type='blah' id='1' from='a@b/c'><x xmlns='y'/></iq>", "bad-request")]
    [InlineData("<iq xmlns='jabber:component:accept' type='set' id='1' from='a@b/c' to='@'><x xmlns='y'/></iq>", "jid-malformed")]
    public void Component_must_respond_to_malformed_requests(string stanza, string condition)
    {
        var send = Assert.IsType<StreamOutput.Send>(Assert.Single(Ready.Next(Stanza(stanza)).Outputs));
        Assert.Contains($"<{condition} ", send.Text, StringComparison.Ordinal);
        Assert.Contains("to='a@b/c'", send.Text, StringComparison.Ordinal);
        Assert.Contains("type='error'", send.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<iq xmlns='jabber:component:accept' type='result' from='a@b/c'/>")]
    [InlineData("<iq xmlns='jabber:component:accept' type='error' id='1' from='@'/>")]
    [InlineData("<iq xmlns='jabber:component:accept' type='get' from='a@b/c'><x xmlns='y'/></iq>")]
    public void Component_must_not_respond_to_responses(string stanza) => Assert.Empty(Ready.Next(Stanza(stanza)).Outputs);

    [Fact]
    public void Component_must_pass_on_messages_and_presence_without_a_response()
    {
        var presence = XmlElement.Parse("<presence xmlns='jabber:component:accept' from='a@b/c'/>");
        Assert.Equal(new StreamOutput.DeliverPresence(presence), Assert.Single(Ready.Next(new XmlStreamItem.Stanza(presence)).Outputs));
        var message = XmlElement.Parse("<message xmlns='jabber:component:accept' from='a@b/c'><body>hi</body></message>");
        Assert.Equal(new StreamOutput.DeliverMessage(message), Assert.Single(Ready.Next(new XmlStreamItem.Stanza(message)).Outputs));
    }

    [Fact]
    public void Component_must_write_stanzas_in_the_namespace_of_its_stream() =>
        Assert.Equal(
            "<iq type='get' id='1' from='relay.north.example' to='a@b/c'><ping xmlns='urn:xmpp:ping'/></iq>",
            Assert.IsType<StreamOutput.Send>(
                Assert.Single(Ready.Say(Iq.Get("1", Jid.Parse("a@b/c"), new XmlElement(Namespaces.Ping, "ping"), Terms.Name).ToXml()).Outputs)).Text);

    [Fact]
    public void Component_must_not_show_its_secret() => Assert.DoesNotContain("p@ss", Ready.ToString(), StringComparison.Ordinal);

    private static Step<XmppSession, StreamOutput> Admitted(ComponentTerms terms, ResumableSession? resume)
    {
        var tls = terms.Begin("nonce", resume: resume).State.Next(Opened("1")).State.Next(Features("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")).State
            .Next(Stanza("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")).State.Secured([]).State;
        return tls.Next(Opened("2")).State.Next(Features("<sm xmlns='urn:xmpp:sm:3'/>")).State.Next(Stanza("<handshake xmlns='jabber:component:accept'/>"));
    }

    private static XmlStreamItem Features(string features) => Stanza($"<features xmlns='http://etherx.jabber.org/streams'>{features}</features>");

    private static XmlStreamItem Opened(string? id) => new XmlStreamItem.Opened(new XmlElement(Namespaces.Streams, "stream").With("id", id));

    private static XmlStreamItem Stanza(string xml) => new XmlStreamItem.Stanza(XmlElement.Parse(xml));
}
