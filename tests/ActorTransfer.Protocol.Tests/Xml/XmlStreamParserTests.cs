using System.Text;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Xml;

public sealed class XmlStreamParserTests
{
    [Fact]
    public void Parser_must_report_header_stanzas_and_end()
    {
        var items = Streams.Read(
            "<?xml version='1.0'?>" + Streams.Header
            + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features> \n "
            + "<iq type='get' id='1'><q xmlns='x:y'/></iq></stream:stream>");

        Assert.Equal(4, items.Count);
        var opened = Assert.IsType<XmlStreamItem.Opened>(items[0]);
        Assert.Equal(
            new XmlElement(Namespaces.Streams, "stream").With("id", "s1").With("from", "north.example").With("version", "1.0"),
            opened.Header);
        Assert.Equal(Namespaces.Client, opened.ContentNamespace);
        Assert.Equal(
            new XmlStreamItem.Stanza(new XmlElement(Namespaces.Streams, "features").Add(new XmlElement(Namespaces.Bind, "bind"))),
            items[1]);
        Assert.Equal(
            new XmlStreamItem.Stanza(
                new XmlElement(Namespaces.Client, "iq").With("type", "get").With("id", "1").Add(new XmlElement("x:y", "q"))),
            items[2]);
        Assert.Equal(new XmlStreamItem.Closed(), items[3]);
    }

    [Fact]
    public void Parser_must_wait_for_the_rest_of_a_stanza()
    {
        var parser = new XmlStreamParser(XmlLimits.Default);
        parser.Offer(Encoding.UTF8.GetBytes(Streams.Header + "<iq type='get"));
        Assert.IsType<XmlStreamItem.Opened>(parser.Poll());
        Assert.Null(parser.Poll());
        Assert.Null(parser.Poll());

        parser.Offer("'/>"u8);
        Assert.Equal("get", Assert.IsType<XmlStreamItem.Stanza>(parser.Poll()).Element["type"]);
        Assert.Null(parser.Poll());
    }

    [Fact]
    public void Parser_must_report_nothing_after_the_end()
    {
        var parser = new XmlStreamParser(XmlLimits.Default);
        parser.Offer(Encoding.UTF8.GetBytes(Streams.Header + "</stream:stream><iq/>\0"));
        Assert.IsType<XmlStreamItem.Opened>(parser.Poll());
        Assert.IsType<XmlStreamItem.Closed>(parser.Poll());
        Assert.Null(parser.Poll());

        parser.Offer("<more/>"u8);
        Assert.Null(parser.Poll());
    }

    [Fact]
    public void Parser_must_report_nothing_after_a_fault()
    {
        var parser = new XmlStreamParser(XmlLimits.Default);
        parser.Offer(Encoding.UTF8.GetBytes(Streams.Header + "<iq></message><iq/>"));
        Assert.IsType<XmlStreamItem.Opened>(parser.Poll());
        Assert.IsType<XmlStreamItem.Invalid>(parser.Poll());
        Assert.Null(parser.Poll());

        parser.Offer("<iq/>"u8);
        Assert.Null(parser.Poll());
    }

    [Fact]
    public void Parser_must_deliver_stanzas_that_came_before_a_fault_in_the_same_bytes()
    {
        var bytes = Encoding.UTF8.GetBytes(Streams.Header + "<a/><b/>").Concat(new byte[] { 0xFF }).ToArray();

        var items = Streams.Read([bytes]);

        Assert.Equal(["Opened", "Stanza", "Stanza", "Invalid"], items.Select(item => item.GetType().Name));
    }

    [Fact]
    public void Parser_must_open_and_close_a_stream_without_content()
    {
        var items = Streams.Read("<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>");

        Assert.Equal(["Opened", "Closed"], items.Select(item => item.GetType().Name));
    }

    [Fact]
    public void Parser_must_accept_a_header_without_prefix()
    {
        Assert.IsType<XmlStreamItem.Opened>(Assert.Single(Streams.Read("<stream xmlns='http://etherx.jabber.org/streams' id='1'>")));
    }

    [Theory]
    [InlineData("<a>&lt;&gt;&amp;&apos;&quot;</a>", "<>&'\"")]
    [InlineData("<a>&#65;&#x42;&#x1F600;&#xd;</a>", "AB\U0001F600\r")]
    [InlineData("<a>x<![CDATA[<b>&amp;]] ]]]>y</a>", "x<b>&amp;]] ]y")]
    [InlineData("<a><![CDATA[]]></a>", "")]
    [InlineData("<a><![CDATA[]]]]><![CDATA[>]]></a>", "]]>")]
    [InlineData("<a><![CDATA[x]y\r\nz]]></a>", "x]y\nz")]
    [InlineData("<a>]] ]>]</a>", "]] ]>]")]
    [InlineData("<a>]]&gt;</a>", "]]>")]
    [InlineData("<a>1\r\n2\r3\n4\r\r\n5&#13;\n6</a>", "1\n2\n3\n4\n\n5\r\n6")]
    [InlineData("<a>\t \u0085\u00A0é办\U0001F600\uFFFD</a>", "\t \u0085\u00A0é办\U0001F600\uFFFD")]
    [InlineData("<a >x</a >", "x")]
    public void Parser_must_read_text(string xml, string text)
    {
        Assert.Equal(text, Streams.ReadStanza(xml).Text);
    }

    [Theory]
    [InlineData("<a x='1'/>", "1")]
    [InlineData("<a x=\"it's &quot;it&quot;\" />", "it's \"it\"")]
    [InlineData("<a\r\n\tx\n=\n'a\tb\nc\r\nd&#10;e'></a>", "a b c d\ne")]
    [InlineData("<a x='>'/>", ">")]
    [InlineData("<a x=''/>", "")]
    [InlineData("<a x='é办&#x1F600;'/>", "é办\U0001F600")]
    public void Parser_must_read_attributes(string xml, string value)
    {
        Assert.Equal(value, Streams.ReadStanza(xml)["x"]);
    }

    [Fact]
    public void Parser_must_resolve_prefixes_where_they_are_declared()
    {
        var stanza = Streams.ReadStanza(
            "<p:a xmlns:p='u:1' p:ignored='1' kept='2' xml:lang='de'>"
            + "<p:b xmlns:p='u:2'/><p:c/><d/><e xmlns=''><f/></e><g xmlns='u:3'><h/></g></p:a>");

        Assert.Equal(
            [("u:1", "a"), ("u:2", "b"), ("u:1", "c"), (Namespaces.Client, "d"), ("", "e"), ("", "f"), ("u:3", "g"), ("u:3", "h")],
            Flatten(stanza).Select(e => (e.Namespace, e.Name)));
        Assert.Equal([KeyValuePair.Create("kept", "2"), KeyValuePair.Create("xml:lang", "de")], stanza.Attributes);
    }

    [Fact]
    public void Parser_must_keep_the_order_of_text_and_elements()
    {
        Assert.Equal("<a xmlns='jabber:client'>1<b/>2<c>3</c>4</a>", Streams.ReadStanza("<a>1<b/>2<c>3</c>4</a>").ToString());
    }

    [Fact]
    public void Offer_must_refuse_more_bytes_than_are_polled()
    {
        var parser = new XmlStreamParser(new XmlLimits(MaxStanzaBytes: 1000));
        parser.Offer(new byte[1001]);

        Assert.Throws<InvalidOperationException>(() => parser.Offer("x"u8));
    }

    private static IEnumerable<XmlElement> Flatten(XmlElement element) => element.Children.SelectMany(Flatten).Prepend(element);
}
