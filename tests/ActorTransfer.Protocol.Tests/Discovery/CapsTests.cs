using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Discovery;

public sealed class CapsTests
{
    private static readonly DiscoInfo Engine = new(
        [new DiscoIdentity("client", "bot", "Engine")],
        [
            Namespaces.Ping, Namespaces.Bytestreams, Namespaces.Caps, Namespaces.DiscoInfo, Namespaces.FeatureNegotiation, Namespaces.Ibb,
            Namespaces.StreamInitiation, Namespaces.FileTransferProfile,
        ]);

    [Fact]
    public void Verification_must_match_the_vector_whatever_the_order()
    {
        Assert.Equal("c0v/2nNGZh13Dm2sM3gJ5uxKcfg=", Caps.Verification(Engine));
        Assert.Equal("c0v/2nNGZh13Dm2sM3gJ5uxKcfg=", Caps.Verification(Engine with { Features = [.. Engine.Features.Reverse()] }));
        Assert.Equal("c0v/2nNGZh13Dm2sM3gJ5uxKcfg=", Caps.Verification(Engine with { Node = "any" }));
    }

    /// <summary>XEP-0115 §5.2: one identity, four features.</summary>
    [Fact]
    public void Verification_must_match_the_simple_example_of_the_specification()
    {
        var info = new DiscoInfo(
            [new DiscoIdentity("client", "pc", "Exodus 0.9.1")],
            [Namespaces.Caps, Namespaces.DiscoInfo, Namespaces.DiscoItems, "http://jabber.org/protocol/muc"]);

        Assert.Equal("QgayPKawpkPSDYmwT/WM94uAlu0=", Caps.Verification(info));
    }

    /// <summary>XEP-0115 §5.3: identities in two languages and a form with several values.</summary>
    [Fact]
    public void Verification_must_match_the_complex_example_of_the_specification()
    {
        Assert.True(Caps.Verify(Hash("q07IKJEyjvHSyhy//CH0CxmKi8w="), XmlElement.Parse(Complex)));
        Assert.True(Caps.Verify(
            Hash("q07IKJEyjvHSyhy//CH0CxmKi8w="),
            XmlElement.Parse(Complex.Replace("type='hidden'", "label='a' type='hidden'", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("type='hidden'", "type='text-single'")]
    [InlineData("Ψ 0.11", "Psi 0.11")]
    [InlineData("xml:lang='el'", "")]
    [InlineData("<value>ipv6</value>", "<value>ipv7</value>")]
    [InlineData("<feature var='http://jabber.org/protocol/muc'/>", "")]
    [InlineData(
        "<feature var='http://jabber.org/protocol/muc'/>", "<feature var='http://jabber.org/protocol/muc'/><feature var='http://jabber.org/protocol/muc'/>")]
    public void Verification_must_fail_when_anything_is_different(string found, string replacement)
    {
        Assert.Contains(found, Complex, StringComparison.Ordinal);
        Assert.False(Caps.Verify(
            Hash("q07IKJEyjvHSyhy//CH0CxmKi8w="), XmlElement.Parse(Complex.Replace(found, replacement, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("<presence xmlns='jabber:client'/>")]
    [InlineData("<presence xmlns='jabber:client'><c xmlns='http://jabber.org/protocol/caps' node='n' ver='0.9'/></presence>")]
    [InlineData("<presence xmlns='jabber:client'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n'/></presence>")]
    [InlineData(
        "<presence xmlns='jabber:client'><c xmlns='http://jabber.org/protocol/caps' hash='md5' node='n' ver='c0v/2nNGZh13Dm2sM3gJ5uxKcfg='/></presence>")]
    public void Verification_must_fail_when_presence_has_no_known_hash(string presence)
    {
        Assert.False(CapsHash.Read(XmlElement.Parse(presence)) is { } hash && Caps.Verify(hash, Engine.ToXml()));
    }

    [Fact]
    public void Features_must_be_sorted_by_octets()
    {
        // U+FF5E is less than U+1F600 as octets but greater as UTF-16.
        var info = new DiscoInfo([new DiscoIdentity("a", "b")], ["\U0001F600", "\uFF5E", "a", "B"]);

        Assert.Equal(Sha1("a/b//<B<a<\uFF5E<\U0001F600<"), Caps.Verification(info));
    }

    [Fact]
    public void Presence_must_contain_software_and_hash()
    {
        Assert.Equal(
            XmlElement.Parse("""
                <c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:example:engine' ver='c0v/2nNGZh13Dm2sM3gJ5uxKcfg='/>
                """),
            Caps.ToXml(Engine, "urn:example:engine"));
        Assert.True(Caps.Verify(CapsHash.Read(new XmlElement(Namespaces.Client, "presence").Add(Caps.ToXml(Engine)))!, Engine.ToXml()));
    }

    [Fact]
    public void Info_with_duplicates_must_not_be_hashed()
    {
        Assert.Throws<ArgumentException>(() => Caps.Verification(new DiscoInfo([], ["a", "a"])));
    }

    [Theory]
    [InlineData("urn:x-actor-transfer#c0v/2nNGZh13Dm2sM3gJ5uxKcfg=", true)]
    [InlineData("urn:x-actor-transfer", true)]
    [InlineData("urn:x-actor-transfer#other", false)]
    [InlineData("urn:example:engine#c0v/2nNGZh13Dm2sM3gJ5uxKcfg=", false)]
    public void Response_to_a_query_for_the_node_in_presence_must_repeat_it(string node, bool isKnown)
    {
        var answer = Disco.Answer(Engine, Iq.Get("i1", null, DiscoInfo.Query(node)), DiscoInfo.Query(node))!;

        Assert.Equal(isKnown ? IqType.Result : IqType.Error, answer.Type);
        Assert.Equal(isKnown ? (Engine with { Node = node }).ToXml() : null, answer.Payload);
        Assert.Equal(isKnown ? null : StanzaError.ItemNotFound, answer.Error);
    }

    private const string Complex = """
        <query xmlns='http://jabber.org/protocol/disco#info'>
          <identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>
          <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>
          <feature var='http://jabber.org/protocol/caps'/>
          <feature var='http://jabber.org/protocol/disco#info'/>
          <feature var='http://jabber.org/protocol/disco#items'/>
          <feature var='http://jabber.org/protocol/muc'/>
          <x xmlns='jabber:x:data' type='result'>
            <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>
            <field var='ip_version' type='text-multi'><value>ipv4</value><value>ipv6</value></field>
            <field var='os'><value>Mac</value></field>
            <field var='os_version'><value>10.5.1</value></field>
            <field var='software'><value>Psi</value></field>
            <field var='software_version'><value>0.11</value></field>
          </x>
        </query>
        """;

    private static CapsHash Hash(string ver) => new("sha-1", ver);

    private static string Sha1(string text) =>
        Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
