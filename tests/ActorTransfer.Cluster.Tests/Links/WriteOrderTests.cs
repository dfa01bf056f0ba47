using ActorTransfer.Cluster.Links;

namespace ActorTransfer.Cluster.Tests.Links;

public sealed class WriteOrderTests
{
    private readonly WriteOrder _order = new();

    [Fact]
    public void Local_stanza_must_be_acknowledged_at_once_without_others_before_it()
    {
        Assert.Equal(1, _order.Local());
        _order.Sent();
        Assert.Equal(1, _order.Taken(1));
        Assert.Equal(1, _order.Local());
    }

    [Fact]
    public void Local_stanzas_must_be_acknowledged_after_those_before_them()
    {
        _order.Sent();
        _order.Sent();
        Assert.Equal(0, _order.Local());
        Assert.Equal(0, _order.Local());
        _order.Sent();
        Assert.Equal(3, _order.Pending);
        Assert.Equal(1, _order.Taken(1));
        Assert.Equal(4, _order.Taken(2));
        Assert.Equal(0, _order.Pending);
    }
}
