using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Streams;

public sealed class ComponentHandshakeTests
{
    [Theory]
    [InlineData("c0ffee-42", "p@ss&word", "4ed1bf04ac59bd82d7558dbf3f6075df8509b586")]
    [InlineData("3BF96D32", "test", "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e")]
    public void Digest_must_match_known_vectors(string streamId, string secret, string expected)
    {
        Assert.Equal(expected, ComponentHandshake.Digest(streamId, secret));
    }

    [Fact]
    public void Digest_must_use_the_unescaped_stream_id()
    {
        var header = XmlElement.Parse("<stream xmlns='http://etherx.jabber.org/streams' id='a&amp;b'/>");

        Assert.Equal(ComponentHandshake.Digest("a&b", "s"), ComponentHandshake.Digest(header["id"]!, "s"));
        Assert.NotEqual(ComponentHandshake.Digest("a&amp;b", "s"), ComponentHandshake.Digest(header["id"]!, "s"));
    }

    [Fact]
    public void Digest_must_hash_utf8()
    {
        // SHA-1 of the bytes C3 BC E5 8A 9E
        Assert.Equal("1fa1ee15dc9c28a043b0157d519472352682148a", ComponentHandshake.Digest("ü", "办"));
    }

    [Fact]
    public void Element_must_be_written_without_namespace_on_a_component_stream()
    {
        var element = ComponentHandshake.Element("4ed1bf04ac59bd82d7558dbf3f6075df8509b586");

        Assert.Equal(
            "<handshake>4ed1bf04ac59bd82d7558dbf3f6075df8509b586</handshake>",
            XmlStreamWriter.StanzaText(element, Namespaces.Component));
    }
}
