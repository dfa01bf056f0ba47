using System.Text;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Ibb;

public sealed class IbbPayloadTests
{
    private const string Ns = "xmlns='http://jabber.org/protocol/ibb'";

    [Theory]
    [InlineData("<open {0} block-size='4096' sid='x1-9c2e' stanza='iq'/>", 4096, false)]
    [InlineData("<open {0} block-size='65535' sid='x1-9c2e'/>", 65535, false)]
    [InlineData("<open {0} sid='x1-9c2e' stanza='message' block-size='1' new='x'><extra xmlns='y'/></open>", 1, true)]
    public void Open_must_be_read_as_peers_write_it(string xml, int blockSize, bool byMessage)
    {
        Assert.True(IbbOpen.TryRead(Element(xml), out var open, out _));
        Assert.Equal(new IbbOpen("x1-9c2e", blockSize, byMessage), open);
    }

    [Theory]
    [InlineData("<open {0} sid='s'/>")]
    [InlineData("<open {0} block-size='' sid='s'/>")]
    [InlineData("<open {0} block-size='0' sid='s'/>")]
    [InlineData("<open {0} block-size='-1' sid='s'/>")]
    [InlineData("<open {0} block-size='65536' sid='s'/>")]
    [InlineData("<open {0} block-size='99999999999' sid='s'/>")]
    [InlineData("<open {0} block-size='many' sid='s'/>")]
    [InlineData("<open {0} block-size='4096'/>")]
    [InlineData("<open {0} block-size='4096' sid=''/>")]
    [InlineData("<open {0} block-size='4096' sid='s' stanza='presence'/>")]
    [InlineData("<open {0} block-size='4096' sid='s' stanza=''/>")]
    [InlineData("<data {0} block-size='4096' sid='s'/>")]
    [InlineData("<open xmlns='other' block-size='4096' sid='s'/>")]
    public void Malformed_open_must_be_refused_as_a_bad_request(string xml)
    {
        Assert.False(IbbOpen.TryRead(Element(xml), out _, out var refusal));
        Assert.Equal((ErrorType.Modify, ErrorConditions.BadRequest), (refusal.Type, refusal.Condition));
    }

    [Fact]
    public void Open_with_a_too_long_sid_must_be_refused()
    {
        Assert.True(IbbOpen.TryRead(new IbbOpen(new string('s', IbbOpen.MaxSessionIdLength), 1).ToXml(), out _, out _));
        Assert.False(IbbOpen.TryRead(new IbbOpen(new string('s', IbbOpen.MaxSessionIdLength + 1), 1).ToXml(), out _, out _));
    }

    [Fact]
    public void Payloads_must_be_written_as_the_specification_has_them()
    {
        Assert.Equal(Element("<open {0} block-size='4096' sid='x1-9c2e' stanza='iq'/>"), new IbbOpen("x1-9c2e", 4096).ToXml());
        Assert.Equal(Element("<close {0} sid='x1-9c2e'/>"), IbbClose.ToXml("x1-9c2e"));
        var data = IbbData.ToXml("x1-9c2e", 0, IbbBase64.Encode("hello, bytestream\n"u8));
        Assert.Equal(Element("<data {0} seq='0' sid='x1-9c2e'>aGVsbG8sIGJ5dGVzdHJlYW0K</data>"), data);
        Assert.Equal("<data xmlns='http://jabber.org/protocol/ibb' seq='65535' sid='s'/>", IbbData.ToXml("s", 65535, "").ToString());
    }

    [Theory]
    [InlineData("<data {0} seq='65535' sid='s'>AAAA</data>", "s", 65535)]
    [InlineData("<data {0} seq='65536' sid='s'>AAAA</data>", "s", 0)]
    [InlineData("<data {0} seq='131073' sid='s'>AAAA</data>", "s", 1)]
    [InlineData("<data {0} seq='4294967296' sid='s'>AAAA</data>", "s", null)]
    [InlineData("<data {0} seq='-1' sid='s'>AAAA</data>", "s", null)]
    [InlineData("<data {0} seq='' sid='s'>AAAA</data>", "s", null)]
    [InlineData("<data {0}>AAAA</data>", null, null)]
    public void Data_must_be_parsed_with_missing_attributes(string xml, string? sid, int? sequence)
    {
        Assert.True(IbbData.Is(Element(xml)));
        Assert.Equal(new IbbData(sid, (ushort?)sequence, "AAAA"), IbbData.Read(Element(xml)));
    }

    [Theory]
    [InlineData("aGVsbG8sIGJ5dGVzdHJlYW0K", "hello, bytestream\n")]
    [InlineData("", "")]
    [InlineData("AA==", "\0")]
    [InlineData("Pz8/", "???")]
    public void Base64_must_be_decoded(string text, string bytes) => Assert.Equal(Encoding.ASCII.GetBytes(bytes), Decode(text, isStrict: true));

    [Theory]
    [InlineData("QUJD=")]
    [InlineData("QUJDRA")]
    [InlineData("QUJDRA=")]
    [InlineData("QU=DRA==")]
    [InlineData("QQ==QUJD")]
    [InlineData("=QUJ")]
    [InlineData("====")]
    [InlineData("QUJ-")]
    [InlineData("QUJ_")]
    [InlineData("QU*D")]
    [InlineData("QUJDé")]
    [InlineData("QU JD")]
    [InlineData("QU\tJD")]
    [InlineData("QU\u00a0JD")]
    public void Base64_with_invalid_characters_or_padding_inside_must_be_refused(string text)
    {
        Assert.Null(Decode(text, isStrict: false));
        Assert.Null(Decode(text, isStrict: true));
    }

    [Theory]
    [InlineData(" QUJD")]
    [InlineData("QUJD ")]
    [InlineData("\n  QUJD\n  ")]
    [InlineData("QU\r\nJD")]
    [InlineData("QUJ\n\t D")]
    public void Base64_of_peers_that_wrap_lines_must_be_decoded_unless_strict(string text)
    {
        Assert.Equal("ABC"u8.ToArray(), Decode(text, isStrict: false));
        Assert.Null(Decode(text, isStrict: true));
    }

    [Fact]
    public void White_space_alone_must_be_an_empty_block() => Assert.Empty(Decode(" \n ", isStrict: false)!);

    [Fact]
    public void Any_block_must_round_trip() => Prop.ForAll<byte[], ushort>((bytes, sequence) =>
    {
        var read = IbbData.Read(XmlElement.Parse(IbbData.ToXml("s", sequence, IbbBase64.Encode(bytes)).ToString()));
        Assert.Equal(sequence, read.Sequence);
        Assert.Equal(bytes, Decode(read.Text, isStrict: true));
    }).QuickCheckThrowOnFailure();

    private static byte[]? Decode(string text, bool isStrict)
    {
        var block = new byte[IbbBase64.MaxDecodedLength(text.Length)];
        return IbbBase64.TryDecode(text, block, isStrict, out var length) ? block[..length] : null;
    }

    private static XmlElement Element(string xml) => XmlElement.Parse(xml.Replace("{0}", Ns, StringComparison.Ordinal));
}
