using System.Text;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Xml;

public sealed class XmlFaultTests
{
    [Theory]
    [InlineData("<!-- comment -->")]
    [InlineData("<a><!-- comment --></a>")]
    [InlineData("<?php ?>")]
    [InlineData("<?xml version='1.0'?>")]
    [InlineData("<a><?xml version='1.0'?></a>")]
    [InlineData("<!DOCTYPE a>")]
    [InlineData("<a><!ENTITY lol 'lol'></a>")]
    [InlineData("<a>&lol;</a>")]
    [InlineData("<a>&nbsp;</a>")]
    [InlineData("<a x='&lol;'/>")]
    [InlineData("<a>&LT;</a>")]
    [InlineData("<a>&averyveryverylongentity;</a>")]
    public void Parser_must_refuse_what_xmpp_forbids_in_xml(string xml)
    {
        Assert.Equal("restricted-xml", Streams.ReadFault(xml));
    }

    [Theory]
    [InlineData("<!DOCTYPE stream [<!ENTITY lol 'lol'>]>")]
    [InlineData("<!-- x -->")]
    [InlineData("<?xml-stylesheet href='x'?>")]
    [InlineData("<?xmlx version='1.0'?>")]
    [InlineData(" <?xml version='1.0'?>")]
    [InlineData("<?xml version='1.0'?><?xml version='1.0'?>")]
    public void Parser_must_refuse_what_xmpp_forbids_before_the_header(string xml)
    {
        Assert.Equal(["restricted-xml"], Faults(xml));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("&#32;")]
    [InlineData("<![CDATA[x]]>")]
    [InlineData("<a></b>")]
    [InlineData("<a><b></a></b>")]
    [InlineData("</a>")]
    [InlineData("</>")]
    [InlineData("<>")]
    [InlineData("< a/>")]
    [InlineData("<a/ >")]
    [InlineData("<a x/>")]
    [InlineData("<a x=1/>")]
    [InlineData("<a x='1'y='2'/>")]
    [InlineData("<a x='1' x='2'/>")]
    [InlineData("<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>")]
    [InlineData("<a xmlns='u' xmlns='u'/>")]
    [InlineData("<a x='<'/>")]
    [InlineData("<a =''/>")]
    [InlineData("<a x y='1'/>")]
    [InlineData("<1a/>")]
    [InlineData("<-a/>")]
    [InlineData("<a 1x='1'/>")]
    [InlineData("<a:b:c xmlns:a='u'/>")]
    [InlineData("<:a/>")]
    [InlineData("<a:/>")]
    [InlineData("<a xmlns:='u'/>")]
    [InlineData("<a\u00D7/>")]
    [InlineData("<a/b>")]
    [InlineData("<a></a b='1'>")]
    [InlineData("<a>]]></a>")]
    [InlineData("<a>&</a>")]
    [InlineData("<a>& </a>")]
    [InlineData("<a>&;</a>")]
    [InlineData("<a>&#;</a>")]
    [InlineData("<a>&#x;</a>")]
    [InlineData("<a>&#0;</a>")]
    [InlineData("<a>&#8;</a>")]
    [InlineData("<a>&#xD800;</a>")]
    [InlineData("<a>&#xFFFE;</a>")]
    [InlineData("<a>&#x110000;</a>")]
    [InlineData("<a>&#99999999999;</a>")]
    [InlineData("<a>&#X41;</a>")]
    [InlineData("<a>&#-1;</a>")]
    [InlineData("<a>&1a;</a>")]
    [InlineData("<a>\u0001</a>")]
    [InlineData("<a>\uFFFF</a>")]
    [InlineData("<a x='\u000B'/>")]
    [InlineData("<a><![CDATA[\u0000]]></a>")]
    [InlineData("<a><![cdata[x]]></a>")]
    [InlineData("<a><!></a>")]
    public void Parser_must_refuse_invalid_xml(string xml)
    {
        Assert.Equal("not-well-formed", Streams.ReadFault(xml));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\uFEFF<a/>")]
    [InlineData("</stream:stream>")]
    [InlineData("<?xml?>")]
    [InlineData("<?xml version='2.0'?>")]
    [InlineData("<?xml encoding='UTF-8'?>")]
    [InlineData("<?xml version='1.0\"?>")]
    [InlineData("<?xml version='1.0'>")]
    [InlineData("<?xml version='1.0' <")]
    public void Parser_must_refuse_invalid_xml_before_the_header(string xml)
    {
        Assert.Equal(["not-well-formed"], Faults(xml));
    }

    [Theory]
    [InlineData("<p:a/>")]
    [InlineData("<a p:x='1'/>")]
    [InlineData("<a xmlns:p=''/>")]
    [InlineData("<a xmlns:xmlns='u'/>")]
    [InlineData("<a xmlns:xml='u'/>")]
    [InlineData("<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>")]
    [InlineData("<a xmlns='http://www.w3.org/2000/xmlns/'/>")]
    [InlineData("<a><b xmlns:p='u'/><p:c/></a>")]
    [InlineData("<xml:a/>")]
    public void Parser_must_refuse_undeclared_prefixes(string xml)
    {
        Assert.Equal("bad-namespace-prefix", Streams.ReadFault(xml));
    }

    [Theory]
    [InlineData("<?xml version='1.0' encoding='ISO-8859-1'?>", "unsupported-encoding")]
    [InlineData("<stream:stream xmlns:stream='urn:other'>", "invalid-namespace")]
    [InlineData("<stream>", "invalid-namespace")]
    [InlineData("<stream:message xmlns:stream='http://etherx.jabber.org/streams'>", "bad-format")]
    public void Parser_must_refuse_other_streams(string xml, string condition)
    {
        Assert.Equal([condition], Faults(xml));
    }

    [Theory]
    [InlineData("<?xml version='1.0'?>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"utf-8\" ?>")]
    [InlineData("<?xml version='1.1' encoding='UTF-8' standalone='yes'?>\r\n")]
    [InlineData("\n")]
    public void Parser_must_accept_an_xml_declaration_at_the_very_start(string declaration)
    {
        Assert.IsType<XmlStreamItem.Opened>(Assert.Single(Streams.Read(declaration + Streams.Header)));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xE0, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF5, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE5, 0x8A, (byte)'<' })]
    public void Parser_must_refuse_invalid_utf8(byte[] bytes)
    {
        var stream = Encoding.UTF8.GetBytes(Streams.Header + "<a>x").Concat(bytes).Concat("</a>"u8.ToArray()).ToArray();

        Assert.Equal("not-well-formed", Assert.IsType<XmlStreamItem.Invalid>(Streams.Read([stream])[^1]).StreamErrorCondition);
    }

    private static IEnumerable<string> Faults(string xml) =>
        Streams.Read(xml).Select(item => Assert.IsType<XmlStreamItem.Invalid>(item).StreamErrorCondition);
}
