using ActorTransfer.Protocol.Discovery;

namespace ActorTransfer.Protocol.Tests.Discovery;

public sealed class PeerCacheTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PeerCache<string> _cache = new(2);

    [Fact]
    public void Entry_must_be_found_until_it_expires_or_is_removed()
    {
        Add("a", 10);
        Assert.Equal("a", Find("a", 9));
        Assert.Null(Find("a", 10));
        Add("a", 20);
        Assert.Equal("a", Find("a", 10));
        _cache.Remove(Peer("a"));
        Assert.Null(Find("a", 10));
    }

    [Fact]
    public void Entry_that_expires_first_must_be_evicted_when_there_are_too_many()
    {
        Add("a", 20);
        Add("b", 10);
        Add("c", 15);
        Assert.Equal(("a", null, "c"), (Find("a", 0), Find("b", 0), Find("c", 0)));
    }

    [Fact]
    public void Expired_entries_must_be_evicted_before_others()
    {
        Add("a", 10);
        Add("b", 30);
        Add("c", 5, now: 10);
        Assert.Equal(("b", null), (Find("b", 10), Find("a", 0)));
    }

    private static Jid Peer(string resource) => Jid.Parse($"bo@south.example/{resource}");

    private void Add(string resource, int until, int now = 0) =>
        _cache.Add(Peer(resource), resource, Start.AddSeconds(until), Start.AddSeconds(now));

    private string? Find(string resource, int at) => _cache.Find(Peer(resource), Start.AddSeconds(at));
}
