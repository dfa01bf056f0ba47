using ActorTransfer.Cluster.Proxies;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Cluster.Tests.Proxies;

public sealed class FarmSearchesTests
{
    private static readonly Jid s_ada = Jid.Parse("ada@north.example/desk");
    private static readonly Iq s_request = Iq.Set("a", Jid.Parse("proxy.example"), new Activation("s", s_ada).ToXml(), s_ada);
    private readonly FarmSearches _searches = new(max: 2);

    [Fact]
    public void Search_must_end_with_the_first_node_that_has_the_pair()
    {
        var number = _searches.Begin(s_request, [1, 2, 3])!.Number;
        Assert.Null(_searches.Found(number, 1, hasPair: false));
        Assert.Equal(new FarmSearches.Result(number, s_request, 2), _searches.Found(number, 2, hasPair: true));
        Assert.Null(_searches.Found(number, 3, hasPair: true));
        Assert.Null(_searches.End(number));
    }

    [Fact]
    public void Search_must_end_without_a_node_when_all_have_responded_or_stopped_or_time_is_over()
    {
        var (one, other) = (_searches.Begin(s_request, [1, 2])!.Number, _searches.Begin(s_request, [2])!.Number);
        Assert.Null(_searches.Found(one, 1, hasPair: false));
        Assert.Null(_searches.Found(one, 1, hasPair: false));
        Assert.Equal([new(one, s_request, null), new(other, s_request, null)], _searches.Remove(2));
        var third = _searches.Begin(s_request, [1])!.Number;
        Assert.Equal(new FarmSearches.Result(third, s_request, null), _searches.End(third));
    }

    [Fact]
    public void Searches_must_be_limited()
    {
        var first = _searches.Begin(s_request, [1])!.Number;
        Assert.NotNull(_searches.Begin(s_request, [1]));
        Assert.Null(_searches.Begin(s_request, [1]));
        _searches.End(first);
        Assert.NotNull(_searches.Begin(s_request, [1]));
    }
}
