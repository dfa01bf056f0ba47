using ActorTransfer.Protocol.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Xml;

public sealed class XmlRoundTripTests
{
    private static readonly Gen<string> Names = Gen.Elements("a", "iq", "x-1", "_y", "é", "办", "n.2");
    private static readonly Gen<string> Spaces = Gen.Elements("", "jabber:client", "u:1", "u:<&'\">", "http://jabber.org/protocol/si");

    private static readonly Gen<string> Texts =
        from parts in Gen.ListOf(Gen.Elements(
            "x", " ", "<", ">", "&", "'", "\"", "]]>", "]", "\t", "\n", "\r", "\r\n",
            "é", "办", "\U0001F600", "\u0085", "\uFFFD", "&amp;"))
        select string.Concat(parts);

    [Fact]
    public void Any_element_must_survive_writing_and_parsing()
    {
        Prop.ForAll(Elements(depth: 4).ToArbitrary(), element => XmlElement.Parse(element.ToString()) == element)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Any_first_level_element_must_survive_a_stream()
    {
        Prop.ForAll(
            Elements(depth: 3).ToArbitrary(),
            element => Streams.ReadStanza(XmlStreamWriter.StanzaText(element, Namespaces.Client)) == element).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_stanza_must_survive_a_stream_of_its_namespace()
    {
        Prop.ForAll(Elements(depth: 3).ToArbitrary(), payload =>
        {
            var stanza = new XmlElement(Namespaces.Client, "message").With("id", "1").Add(payload);
            var text = XmlStreamWriter.StanzaText(stanza, Namespaces.Client);
            return Streams.ReadStanza(text) == stanza && text.StartsWith("<message id='1'>", StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    private static Gen<XmlElement> Elements(int depth) =>
        from ns in Spaces
        from name in Names
        from attributes in Gen.ListOf(
            from key in Gen.OneOf(Names, Gen.Constant("xml:lang"))
            from value in Texts
            select (key, value))
        from content in depth == 0 ? Gen.Constant<object[]>([]) : Contents(depth)
        select content.Aggregate(
            attributes.Aggregate(new XmlElement(ns, name), (element, pair) => element.With(pair.key, pair.value)),
            (element, node) => node is XmlElement child ? element.Add(child) : element.AddText((string)node));

    private static Gen<object[]> Contents(int depth) =>
        from count in Gen.Choose(0, 4)
        from nodes in Gen.ArrayOf(Gen.OneOf(Texts.Select(text => (object)text), Elements(depth - 1).Select(child => (object)child)), count)
        select nodes;
}
