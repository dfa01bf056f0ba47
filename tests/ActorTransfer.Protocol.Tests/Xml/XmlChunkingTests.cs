using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Xml;

public sealed class XmlChunkingTests
{
    private static readonly XmlLimits Small = new(MaxStanzaBytes: 300, MaxDepth: 4, MaxAttributes: 6, MaxChildren: 6);

    private static readonly string[] Documents =
    [
        "<?xml version='1.0' encoding='utf-8'?>\r\n"
            + Streams.Header + "<iq type='result' id='é办\U0001F600'>\r\n<q xmlns='u'>a&amp;&#x1F600;]]&gt;</q></iq> \n</stream:stream>",
        Streams.Header + "<p:a xmlns:p='u' x=\"a\tb\r\nc\" xml:lang='de' p:y='1'><![CDATA[x]]y\r\n]]]]>办<b/>\r\n\r<p:c/></p:a><d/>",
        Streams.Header + "<a>办公室</a>\uFFFF<b/>",
        Streams.Header + "<a/><b>&lol;</b>",
        Streams.Header + "<a/><b></c>",
        Streams.Header + "<a/><!DOCTYPE x>",
        Streams.Header + "<a><b><c><d><e/></d></c></b></a>",
        Streams.Header + "<a/><b>" + new string('é', 200) + "</b>",
        Streams.Header + "<a b='' c='' d='' e='' f='' g='' h=''/>",
        "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>",
        "<?xml version='1.0' encoding='latin1'?>",
    ];

    public static TheoryData<int> DocumentNumbers => [.. Enumerable.Range(0, Documents.Length + 1)];

    [Theory]
    [MemberData(nameof(DocumentNumbers))]
    public void Items_must_not_depend_on_where_the_bytes_are_split_in_two(int number)
    {
        var bytes = Document(number);
        var whole = Streams.Read([bytes], Small);

        Assert.NotEmpty(whole);
        for (var place = 0; place <= bytes.Length; place++)
        {
            Assert.Equal(whole, Streams.Read(Streams.Cut(bytes, [place]), Small));
        }
    }

    [Theory]
    [MemberData(nameof(DocumentNumbers))]
    public void Items_must_not_depend_on_chunks_of_single_bytes(int number)
    {
        var bytes = Document(number);

        Assert.Equal(Streams.Read([bytes], Small), Streams.Read(bytes.Select(b => new[] { b }), Small));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(4000)]
    [InlineData(4096)]
    [InlineData(10_000)]
    public void Items_must_not_depend_on_chunks_that_split_characters_while_buffers_grow(int size)
    {
        var text = new string('办', 40_000);
        var bytes = Encoding.UTF8.GetBytes($"{Streams.Header}<a>{text}</a>");

        var items = Streams.Read(bytes.Chunk(size));

        Assert.Equal(text, Assert.IsType<XmlStreamItem.Stanza>(items[^1]).Element.Text);
    }

    [Fact]
    public void Items_must_not_depend_on_random_chunks()
    {
        var cases =
            from number in Gen.Choose(0, Documents.Length)
            from places in Gen.ListOf(Gen.Choose(0, 600))
            select (number, places.ToArray());

        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var bytes = Document(sample.number);
            return Streams.Read([bytes], Small).SequenceEqual(Streams.Read(Streams.Cut(bytes, sample.Item2), Small));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Items_must_not_depend_on_chunks_of_arbitrary_bytes()
    {
        // Pieces of XML in any order, mostly ill-formed: no exception, and the same result however they are split.
        var pieces = Gen.Elements(
            "<", ">", "/", "a", "b:", "='", "'", "\"", "&", "amp;", "#x41;", "<a>", "</a>", "<![CDATA[", "]]>", "]", "<!--", "<?",
            " ", "\r", "\n", "xmlns", "é", "办", "\U0001F600", "\u0001", "<b x='1'/>", Streams.Header, "</stream:stream>");
        var cases =
            from start in Gen.Elements("", Streams.Header, Streams.Header + "<a>")
            from parts in Gen.ListOf(pieces)
            from places in Gen.ListOf(Gen.Choose(0, 200))
            select (start + string.Concat(parts), places.ToArray());

        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var bytes = Encoding.UTF8.GetBytes(sample.Item1);
            return Streams.Read([bytes]).SequenceEqual(Streams.Read(Streams.Cut(bytes, sample.Item2)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static byte[] Document(int number) =>
        number < Documents.Length
            ? Encoding.UTF8.GetBytes(Documents[number])
            : [.. Encoding.UTF8.GetBytes(Streams.Header + "<a>x</a><b>"), 0xE5, 0x8A, 0xE5, .. "</b>"u8];
}
