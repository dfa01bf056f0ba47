using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cluster.Proxies;

/// <summary>
/// Pairs of users over all nodes of a farm. An activation counts from when it is passed to a node until that refuses it, or reports that its pair has ended.
/// Not thread-safe.
/// </summary>
internal sealed class FarmUsage
{
    private readonly Dictionary<Jid, List<Count>> _users = [];
    private readonly Dictionary<string, int> _domains = new(StringComparer.Ordinal);

    /// <summary>Users with pairs.</summary>
    public int Users => _users.Count;

    /// <summary>The nodes with active pairs of this user.</summary>
    public IReadOnlyList<int> NodesOf(Jid user) =>
        _users.TryGetValue(user, out var counts) ? [.. counts.Where(count => count.Active > 0).Select(count => count.Node)] : [];

    /// <summary>The quota that another pair of this user would exceed.</summary>
    public ProxyRefusal ObjectionTo(Jid user, ProxyQuotas quotas)
    {
        if (quotas.PairsPerJid > 0 && _users.TryGetValue(user, out var counts) && counts.Sum(count => count.Total) >= quotas.PairsPerJid)
        {
            return ProxyRefusal.QuotaJid;
        }

        return quotas.PairsPerDomain > 0 && _domains.GetValueOrDefault(user.Domain) >= quotas.PairsPerDomain ? ProxyRefusal.QuotaDomain : ProxyRefusal.None;
    }

    /// <summary>An activation is passed to a node.</summary>
    public void Begin(int node, Jid user) => Change(node, user, pending: 1, active: 0);

    /// <summary>The node has activated its pair. True: it is the first active pair of the user there.</summary>
    public bool Succeed(int node, Jid user)
    {
        Change(node, user, pending: -1, active: 1);
        return Find(node, user)?.Active == 1;
    }

    /// <summary>The node has refused it, or did not respond.</summary>
    public void Fail(int node, Jid user) => Change(node, user, pending: -1, active: 0);

    /// <summary>The node reports active pairs that were activated before it was known here.</summary>
    public void Add(int node, Jid user, int pairs) => Change(node, user, pending: 0, active: pairs);

    /// <summary>Pairs have ended. True: the user has no more active pairs there, but at other nodes.</summary>
    public bool End(int node, Jid user, int pairs)
    {
        if (Find(node, user) is not { } count)
        {
            return false;
        }

        Change(node, user, pending: 0, active: -Math.Min(pairs, count.Active));
        return count.Active == 0 && _users.ContainsKey(user);
    }

    /// <summary>The node has stopped, or reports anew. Value: its users that have active pairs at other nodes.</summary>
    public IReadOnlyList<Jid> Remove(int node)
    {
        List<Jid> others = [];
        foreach (var (user, counts) in _users.ToArray())
        {
            if (counts.Find(count => count.Node == node) is { } count)
            {
                Change(node, user, -count.Pending, -count.Active);
                if (_users.ContainsKey(user))
                {
                    others.Add(user);
                }
            }
        }

        return others;
    }

    private Count? Find(int node, Jid user) => _users.GetValueOrDefault(user)?.Find(count => count.Node == node);

    private void Change(int node, Jid user, int pending, int active)
    {
        if (!_users.TryGetValue(user, out var counts))
        {
            _users[user] = counts = new List<Count>(1);
        }

        if (counts.Find(one => one.Node == node) is not { } count)
        {
            counts.Add(count = new Count(node));
        }

        count.Pending += pending;
        count.Active += active;
        if (count.Total == 0)
        {
            counts.Remove(count);
        }

        if (counts.Count == 0)
        {
            _users.Remove(user);
        }

        if ((_domains[user.Domain] = _domains.GetValueOrDefault(user.Domain) + pending + active) == 0)
        {
            _domains.Remove(user.Domain);
        }
    }

    /// <summary>Pairs of a user at a node.</summary>
    private sealed class Count(int node)
    {
        public int Node => node;

        public int Pending { get; set; }

        public int Active { get; set; }

        public int Total => Pending + Active;
    }
}
