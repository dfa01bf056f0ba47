using System.Text;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Xml;

/// <summary>Local text: file names, reasons, exception messages. XML cannot represent all of it, and servers end streams because of it.</summary>
public sealed class XmlTextTests
{
    public static TheoryData<string> Texts => new(
        "timer\u0007.txt", "\u001B[31mred", "nul\0", "\uD800half.txt", "half\uDC00", "\uFFFE\uFFFF", "tab\tline\nreturn\r", "\u0085\u009F", "\U0001F600.txt",
        "\u0001");

    [Theory]
    [MemberData(nameof(Texts))]
    public void Offer_with_any_name_and_description_must_be_valid_xml(string text)
    {
        var offer = new SiOffer("s1", new FileDescription(text, 3, Description: text, MimeType: text, Md5: text), [Namespaces.Bytestreams]);

        var read = Sent(offer.ToXml());

        Assert.True(SiOffer.TryRead(read, out var received, out _));
        Assert.Equal(SafeFileName.ForOffer(text), received.File.Name);
        Assert.DoesNotContain(received.File.Name, char.IsControl);
    }

    [Theory]
    [InlineData("timer\u0007.txt", "timer.txt")]
    [InlineData("\u0001", "unnamed")]
    [InlineData("\uD800half.txt", "half.txt")]
    [InlineData("exe\u202Etxt.pdf", "exetxt.pdf")]
    [InlineData("a: b?.txt", "a: b?.txt")]
    [InlineData(".hidden", ".hidden")]
    [InlineData("\U0001F600.txt", "\U0001F600.txt")]
    public void Name_must_lose_only_characters_that_a_receiver_drops(string name, string offered)
    {
        Assert.Equal(offered, SafeFileName.ForOffer(name));
        Assert.Equal(SafeFileName.From(name), SafeFileName.From(offered));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Refusal_with_any_text_must_be_valid_xml(string text)
    {
        var error = StanzaError.Declined.WithText(text);

        Assert.Equal(XmlText.Clean(text), StanzaError.Read(Sent(error.ToXml())).Text ?? text);
        Assert.Equal("undefined-condition", StanzaError.Read(Sent((error with { Condition = text + "<" }).ToXml())).Condition);
        Assert.NotNull(Sent(XmlStreamWriter.StreamError("policy-violation", text).With("lang", null)));
    }

    [Fact]
    public void Text_must_be_truncated_to_the_limits_of_servers()
    {
        var long_ = string.Concat(Enumerable.Repeat("\U0001F600'", 1_000_000));
        Assert.InRange(XmlStreamWriter.StanzaText(StanzaError.Declined.WithText(long_).ToXml(), Namespaces.Client).Length, 1024, 8192);
        var offer = new SiOffer("s1", new FileDescription(long_, 3, Description: long_, MimeType: long_), [Namespaces.Bytestreams]).ToXml();
        Assert.InRange(XmlStreamWriter.StanzaText(offer, Namespaces.Client).Length, 4096, 32768);
        Assert.True(SiOffer.TryRead(Sent(offer), out _, out _));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Writer_must_keep_the_stream_well_formed_with_any_text(string text)
    {
        var header = XmlStreamWriter.Open(text, Namespaces.Client, from: text, version: "1.0");
        var parser = new XmlStreamParser(XmlLimits.Default);
        parser.Offer(Encoding.UTF8.GetBytes(header + XmlStreamWriter.Close));
        Assert.IsType<XmlStreamItem.Opened>(parser.Poll());
        Assert.IsType<XmlStreamItem.Closed>(parser.Poll());
    }

    // As received by the peer.
    private static XmlElement Sent(XmlElement element) =>
        Streams.ReadStanza(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(XmlStreamWriter.StanzaText(element, "urn:other"))));
}
