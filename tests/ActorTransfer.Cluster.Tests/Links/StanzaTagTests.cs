using ActorTransfer.Cluster.Links;

namespace ActorTransfer.Cluster.Tests.Links;

public sealed class StanzaTagTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Id_must_tell_its_node(int node)
    {
        Assert.True(StanzaTag.TryRemove(StanzaTag.Add(node, "x:y"), out var found, out var id));
        Assert.Equal((node, "x:y"), (found, id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab1")]
    [InlineData("0000000g:x")]
    [InlineData("00000000-x")]
    [InlineData("00000000:")]
    public void Other_ids_must_have_no_node(string id) => Assert.False(StanzaTag.TryRemove(id, out _, out _));
}
