using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Xml;

public sealed class XmlStreamWriterTests
{
    [Fact]
    public void Open_must_write_the_header_of_a_component()
    {
        Assert.Equal(
            "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='relay.north.example'>",
            XmlStreamWriter.Open("relay.north.example", Namespaces.Component));
    }

    [Fact]
    public void Open_must_write_a_client_header_that_the_parser_accepts()
    {
        var items = Streams.Read(
            XmlStreamWriter.Open("north.example", Namespaces.Client, "ada@north.example", "1.0") + XmlStreamWriter.Close);

        var opened = Assert.IsType<XmlStreamItem.Opened>(items[0]);
        Assert.Equal(
            ("north.example", "ada@north.example", "1.0", Namespaces.Client),
            (opened.Header["to"], opened.Header["from"], opened.Header["version"], opened.ContentNamespace));
        Assert.IsType<XmlStreamItem.Closed>(items[1]);
    }

    [Theory]
    [InlineData(Namespaces.Client)]
    [InlineData(Namespaces.Component)]
    public void StanzaText_must_use_the_namespace_of_the_stream(string streamNamespace)
    {
        var stanza = XmlElement.Parse(
            "<iq xmlns='jabber:client' id='1'><error/><forwarded xmlns='u'><message xmlns='jabber:client'/></forwarded></iq>");

        Assert.Equal(
            "<iq id='1'><error/><forwarded xmlns='u'><message xmlns='jabber:client'/></forwarded></iq>",
            XmlStreamWriter.StanzaText(stanza, streamNamespace));
    }

    [Fact]
    public void StanzaText_must_declare_other_namespaces()
    {
        Assert.Equal(
            "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
            XmlStreamWriter.StanzaText(new XmlElement(Namespaces.Tls, "starttls"), Namespaces.Client));
    }

    [Fact]
    public void StreamError_must_be_written_with_the_stream_prefix_and_read_back()
    {
        var error = XmlStreamWriter.StreamError("policy-violation", "too <big>");

        var text = XmlStreamWriter.StanzaText(error, Namespaces.Client);

        Assert.Equal(
            "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
            + "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>too &lt;big&gt;</text></stream:error>",
            text);
        Assert.Equal(error, Streams.ReadStanza(text));
        Assert.Single(XmlStreamWriter.StreamError("bad-format", null).Children);
    }

    [Fact]
    public void Elements_of_the_stream_must_keep_their_children_in_their_namespaces()
    {
        var features = XmlElement.Parse(
            "<features xmlns='http://etherx.jabber.org/streams'><bind xmlns='urn:b'/><own/><iq xmlns='jabber:client'/></features>");

        Assert.Equal(features, Streams.ReadStanza(XmlStreamWriter.StanzaText(features, Namespaces.Client)));
    }
}
