using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Stanzas;

public sealed class IqTests
{
    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid Bo = Jid.Parse("bo@south.example/Phone");
    private static readonly XmlElement Ping = new(Namespaces.Ping, "ping");

    [Fact]
    public void ToXml_must_write_a_request()
    {
        Assert.Equal(
            "<iq xmlns='jabber:client' type='get' id='a1' from='ada@north.example/desk' to='bo@south.example/Phone'>"
            + "<ping xmlns='urn:xmpp:ping'/></iq>",
            Iq.Get("a1", Bo, Ping, Ada).ToXml().ToString());
    }

    [Fact]
    public void ToXml_must_leave_out_addresses_that_are_not_given()
    {
        Assert.Equal(
            "<iq xmlns='jabber:client' type='set' id='a1'><ping xmlns='urn:xmpp:ping'/></iq>",
            Iq.Set("a1", null, Ping).ToXml().ToString());
    }

    [Fact]
    public void Result_must_swap_addresses_and_keep_the_id()
    {
        Assert.Equal(new Iq(IqType.Result, "a1", Bo, Ada, null), Iq.Get("a1", Bo, Ping, Ada).Result());
        Assert.Equal(new Iq(IqType.Result, "a1", Bo, Ada, Ping), Iq.Set("a1", Bo, Ping, Ada).Result(Ping));
    }

    [Fact]
    public void Fail_must_swap_addresses_and_contain_the_error()
    {
        var failed = Iq.Get("a1", Bo, Ping, Ada).Fail(StanzaError.ServiceUnavailable);

        Assert.Equal(new Iq(IqType.Error, "a1", Bo, Ada, null, StanzaError.ServiceUnavailable), failed);
        Assert.Equal("503", failed.ToXml().Child("error")!["code"]);
    }

    [Fact]
    public void Responses_must_never_get_a_response()
    {
        var result = Iq.Get("a1", Bo, Ping, Ada).Result();
        var error = Iq.Get("a1", Bo, Ping, Ada).Fail(StanzaError.BadRequest);

        Assert.Throws<InvalidOperationException>(() => result.Result());
        Assert.Throws<InvalidOperationException>(() => error.Fail(StanzaError.BadRequest));
    }

    [Theory]
    [InlineData(Namespaces.Client)]
    [InlineData(Namespaces.Component)]
    [InlineData(Namespaces.Server)]
    public void TryRead_must_give_back_what_was_written_in_any_stanza_namespace(string ns)
    {
        foreach (var iq in new[]
        {
            Iq.Get("a1", Bo, Ping, Ada), Iq.Set("a1", Bo, Ping), Iq.Get("a1", Bo, Ping, Ada).Result(),
            Iq.Get("a1", Bo, Ping, Ada).Result(Ping), Iq.Get("a1", Bo, Ping, Ada).Fail(StanzaError.Declined.WithText("no")),
        })
        {
            // What is sent on a stream of that namespace and parsed by its reader.
            var text = XmlStreamWriter.StanzaText(iq.ToXml(), ns);
            var received = XmlElement.Parse($"<wrap xmlns='{ns}'>{text}</wrap>").Children[0];

            Assert.Equal(ns, received.Namespace);
            Assert.True(Iq.TryRead(received, out var read, out var problem));
            Assert.Null(problem);
            Assert.Equal(iq, read);
        }
    }

    [Theory]
    [InlineData("<iq xmlns='jabber:client' type='get'><ping xmlns='urn:xmpp:ping'/></iq>", "bad-request")]
    [InlineData("<iq xmlns='jabber:client' type='get' id=''><ping xmlns='urn:xmpp:ping'/></iq>", "bad-request")]
    [InlineData("<iq xmlns='jabber:client' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "bad-request")]
    [InlineData("<iq xmlns='jabber:client' type='GET' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "bad-request")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1'/>", "bad-request")]
    [InlineData("<iq xmlns='jabber:client' type='set' id='1'>text</iq>", "bad-request")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1'><a xmlns='x'/><b xmlns='x'/></iq>", "bad-request")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1' to='a@b@c'><ping xmlns='urn:xmpp:ping'/></iq>", "jid-malformed")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1' from=''><ping xmlns='urn:xmpp:ping'/></iq>", "jid-malformed")]
    public void TryRead_must_return_the_error_for_a_malformed_request(string xml, string condition)
    {
        Assert.False(Iq.TryRead(XmlElement.Parse(xml), out var iq, out var problem));
        Assert.Null(iq);
        Assert.Equal(condition, problem?.Condition);
    }

    [Theory]
    [InlineData("<message xmlns='jabber:client' id='1'/>")]
    [InlineData("<iq xmlns='urn:other' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")]
    [InlineData("<iq xmlns='jabber:client' type='result'/>")]
    [InlineData("<iq xmlns='jabber:client' type='result' id='1' from='@'/>")]
    [InlineData("<iq xmlns='jabber:client' type='error' id='1' to='@'/>")]
    public void TryRead_must_return_no_error_for_other_stanzas_and_malformed_responses(string xml)
    {
        Assert.False(Iq.TryRead(XmlElement.Parse(xml), out var iq, out var problem));
        Assert.Null(iq);
        Assert.Null(problem);
    }

    [Fact]
    public void TryRead_must_keep_the_echoed_payload_of_an_error()
    {
        var stanza = XmlElement.Parse(
            "<iq xmlns='jabber:client' type='error' id='1'><ping xmlns='urn:xmpp:ping'/>"
            + "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");

        Assert.True(Iq.TryRead(stanza, out var iq, out _));
        Assert.Equal(Ping, iq.Payload);
        Assert.Equal(StanzaError.ServiceUnavailable, iq.Error);
    }

    [Fact]
    public void TryRead_must_accept_an_error_without_reason()
    {
        Assert.True(Iq.TryRead(XmlElement.Parse("<iq xmlns='jabber:client' type='error' id='1'/>"), out var iq, out _));
        Assert.Equal(StanzaError.UndefinedCondition, iq.Error);
    }

    [Fact]
    public void TryRead_must_ignore_unknown_attributes_and_white_space()
    {
        var stanza = XmlElement.Parse("<iq xmlns='jabber:client' odd='1' id='a1' type='get'>\n  <ping xmlns='urn:xmpp:ping'/>\n</iq>");

        Assert.True(Iq.TryRead(stanza, out var iq, out _));
        Assert.Equal(Iq.Get("a1", null, Ping), iq);
    }

    [Fact]
    public void Refusal_must_go_back_to_the_sender()
    {
        var stanza = XmlElement.Parse(
            "<iq xmlns='jabber:component:accept' type='get' id='1' from='ada@north.example/desk' to='relay.north.example'/>");
        Assert.False(Iq.TryRead(stanza, out _, out var problem));

        var refusal = Iq.Refusal(stanza, problem!);

        Assert.Equal(
            new Iq(IqType.Error, "1", Jid.Parse("relay.north.example"), Ada, null, StanzaError.BadRequest).ToXml(),
            refusal);
    }

    [Theory]
    [InlineData("<iq xmlns='jabber:client' type='result' id='1' from='ada@north.example'/>")]
    [InlineData("<iq xmlns='jabber:client' type='error' id='1' from='ada@north.example'/>")]
    [InlineData("<iq xmlns='jabber:client' type='get' from='ada@north.example'/>")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1' from='@'/>")]
    [InlineData("<message xmlns='jabber:client' id='1' from='ada@north.example'/>")]
    public void Refusal_must_be_null_without_a_valid_recipient(string xml)
    {
        Assert.Null(Iq.Refusal(XmlElement.Parse(xml), StanzaError.BadRequest));
    }
}
