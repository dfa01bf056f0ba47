using ActorTransfer.Cluster.Proxies;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cluster.Tests.Proxies;

public sealed class FarmUsageTests
{
    private static readonly Jid s_ada = Jid.Parse("ada@north.example");
    private static readonly Jid s_bo = Jid.Parse("bo@north.example");
    private readonly FarmUsage _usage = new();

    [Fact]
    public void Pairs_of_all_nodes_must_count_from_the_activation_to_the_end()
    {
        var quotas = ProxyQuotas.None with { PairsPerJid = 2 };
        _usage.Begin(1, s_ada);
        _usage.Begin(2, s_ada);
        Assert.Equal(ProxyRefusal.QuotaJid, _usage.ObjectionTo(s_ada, quotas));
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(s_bo, quotas));
        _usage.Fail(2, s_ada);
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(s_ada, quotas));
        _usage.Succeed(1, s_ada);
        _usage.Add(2, s_ada, 1);
        Assert.Equal(ProxyRefusal.QuotaJid, _usage.ObjectionTo(s_ada, quotas));
        _usage.End(1, s_ada, 1);
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(s_ada, quotas));
        _usage.End(2, s_ada, 1);
        Assert.Equal(0, _usage.Users);
    }

    [Fact]
    public void Pairs_of_a_domain_must_count_together()
    {
        var quotas = ProxyQuotas.None with { PairsPerDomain = 2 };
        _usage.Begin(1, s_ada);
        _usage.Begin(2, s_bo);
        Assert.Equal(ProxyRefusal.QuotaDomain, _usage.ObjectionTo(Jid.Parse("cy@north.example"), quotas));
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(Jid.Parse("cy@west.example"), quotas));
        _usage.Remove(1);
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(s_ada, quotas));
    }

    [Fact]
    public void More_ends_than_pairs_must_not_make_room_for_more()
    {
        var quotas = ProxyQuotas.None with { PairsPerJid = 1 };
        _usage.End(1, s_ada, 3);
        _usage.Begin(1, s_ada);
        _usage.End(1, s_ada, 3);
        Assert.Equal(ProxyRefusal.QuotaJid, _usage.ObjectionTo(s_ada, quotas));
    }

    [Fact]
    public void Changes_of_the_nodes_of_a_user_must_be_noticed()
    {
        _usage.Begin(1, s_ada);
        Assert.Empty(_usage.NodesOf(s_ada));
        Assert.True(_usage.Succeed(1, s_ada));
        _usage.Begin(1, s_ada);
        Assert.False(_usage.Succeed(1, s_ada));
        _usage.Begin(2, s_ada);
        Assert.True(_usage.Succeed(2, s_ada));
        Assert.Equal([1, 2], _usage.NodesOf(s_ada));
        Assert.False(_usage.End(1, s_ada, 1));
        Assert.True(_usage.End(1, s_ada, 1));
        Assert.Equal([2], _usage.NodesOf(s_ada));
        Assert.False(_usage.End(2, s_ada, 1));
    }

    [Fact]
    public void Pairs_must_end_with_their_node()
    {
        _usage.Add(1, s_ada, 2);
        _usage.Add(1, s_bo, 2);
        _usage.Add(2, s_bo, 1);
        Assert.Equal([s_bo], _usage.Remove(1));
        Assert.Equal([2], _usage.NodesOf(s_bo));
        Assert.Equal(1, _usage.Users);
    }
}
