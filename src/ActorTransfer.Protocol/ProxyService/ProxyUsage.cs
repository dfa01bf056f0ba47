using System.Net;

namespace ActorTransfer.Protocol.ProxyService;

/// <summary>
/// Counts the usage of a proxy: waiting connections and active pairs of each JID, domain and remote address. Every count of a pair is
/// stored in its <see cref="PairUsage"/>, so that its end releases exactly these. Not thread-safe.
/// </summary>
internal sealed class ProxyUsage
{
    private readonly Dictionary<Jid, ProxyAccount<Jid>> _jids = [];
    private readonly Dictionary<string, ProxyAccount<string>> _domains = new(StringComparer.Ordinal);
    private readonly Dictionary<RemoteNetwork, ProxyAccount<RemoteNetwork>> _networks = [];

    /// <summary>JIDs, domains and addresses with current usage; 0 when all pairs have ended.</summary>
    public int Accounts => _jids.Count + _domains.Count + _networks.Count;

    /// <summary>Called with the bare JID whose active pair has ended.</summary>
    public Action<Jid>? Released { get; set; }

    /// <summary>The active pairs of each bare JID that has any.</summary>
    public IEnumerable<KeyValuePair<Jid, int>> ActiveByJid => _jids.Select(jid => KeyValuePair.Create(jid.Key, jid.Value.Active));

    /// <summary>Active pairs, as counted by JID.</summary>
    public int ActivePairs => _jids.Values.Sum(account => account.Active);

    /// <summary>Waiting connections, as counted by address.</summary>
    public int WaitingConnections => _networks.Values.Sum(account => account.Waiting);

    /// <summary>The quota that another waiting connection from this address would exceed.</summary>
    public ProxyRefusal ObjectionTo(IPAddress remote, ProxyQuotas quotas) =>
        quotas.PendingPerAddress > 0
        && _networks.TryGetValue(RemoteNetwork.Of(remote), out var network)
        && network.Waiting >= quotas.PendingPerAddress
            ? ProxyRefusal.QuotaAddress
            : ProxyRefusal.None;

    /// <summary>Counts a waiting connection; at most two per pair.</summary>
    public void Enter(PairUsage usage, IPAddress remote)
    {
        var account = Open(_networks, RemoteNetwork.Of(remote));
        account.Waiting++;
        if (usage.First is null)
        {
            usage.First = account;
        }
        else
        {
            usage.Second = account;
        }
    }

    /// <summary>The quota that another active pair of this user, with the connections of the usage, would exceed.</summary>
    public ProxyRefusal ObjectionTo(PairUsage usage, Jid requester, ProxyQuotas quotas)
    {
        if (quotas.PairsPerJid > 0 && _jids.TryGetValue(requester.Bare, out var jid) && jid.Active >= quotas.PairsPerJid)
        {
            return ProxyRefusal.QuotaJid;
        }

        if (quotas.PairsPerDomain > 0 && _domains.TryGetValue(requester.Domain, out var domain) && domain.Active >= quotas.PairsPerDomain)
        {
            return ProxyRefusal.QuotaDomain;
        }

        return quotas.PairsPerAddress > 0 && Math.Max(usage.First?.Active ?? 0, usage.Second?.Active ?? 0) >= quotas.PairsPerAddress
            ? ProxyRefusal.QuotaAddress
            : ProxyRefusal.None;
    }

    /// <summary>Turns the waiting connections of the usage into an active pair of this user.</summary>
    public void Activate(PairUsage usage, Jid requester)
    {
        usage.Requester = Open(_jids, requester.Bare);
        usage.Domain = Open(_domains, requester.Domain);
        usage.Requester.Active++;
        usage.Domain.Active++;
        EndWaiting(usage);
        foreach (var network in usage.Networks)
        {
            network.Active++;
        }
    }

    /// <summary>Releases the usage. Idempotent.</summary>
    public void Release(PairUsage usage)
    {
        if (usage.Requester is { } requester && usage.Domain is { } domain)
        {
            requester.Active--;
            domain.Active--;
            foreach (var network in usage.Networks)
            {
                network.Active--;
            }

            Close(_jids, requester);
            Close(_domains, domain);
            Released?.Invoke(requester.Key);
        }
        else
        {
            EndWaiting(usage);
        }

        foreach (var network in usage.Networks)
        {
            Close(_networks, network);
        }

        usage.Clear();
    }

    private static void EndWaiting(PairUsage usage)
    {
        if (usage.First is { } first)
        {
            first.Waiting--;
        }

        if (usage.Second is { } second)
        {
            second.Waiting--;
        }
    }

    private static ProxyAccount<TKey> Open<TKey>(Dictionary<TKey, ProxyAccount<TKey>> accounts, TKey key)
        where TKey : notnull
    {
        if (!accounts.TryGetValue(key, out var account))
        {
            account = new ProxyAccount<TKey>(key);
            accounts.Add(key, account);
        }

        return account;
    }

    private static void Close<TKey>(Dictionary<TKey, ProxyAccount<TKey>> accounts, ProxyAccount<TKey> account)
        where TKey : notnull
    {
        if (account is { Waiting: 0, Active: 0 })
        {
            accounts.Remove(account.Key);
        }
    }
}
