namespace ActorTransfer.Protocol.ProxyService;

/// <summary>What one pair has been counted for. Created empty and changed only by <see cref="ProxyUsage"/>.</summary>
internal sealed class PairUsage
{
    /// <summary>The bare JID that activated the pair, one shared instance for all of its pairs.</summary>
    public Jid? User => Requester?.Key;

    internal ProxyAccount<RemoteNetwork>? First { get; set; }

    internal ProxyAccount<RemoteNetwork>? Second { get; set; }

    internal ProxyAccount<Jid>? Requester { get; set; }

    internal ProxyAccount<string>? Domain { get; set; }

    /// <summary>A pair within one network counts once there.</summary>
    internal IEnumerable<ProxyAccount<RemoteNetwork>> Networks => (First, Second) switch
    {
        ({ } first, { } second) when !ReferenceEquals(first, second) => [first, second],
        ({ } first, _) => [first],
        _ => [],
    };

    internal void Clear() => (First, Second, Requester, Domain) = (null, null, null, null);
}

/// <summary>The usage of one JID, domain or network.</summary>
internal sealed class ProxyAccount<TKey>(TKey key)
{
    public TKey Key { get; } = key;

    public int Waiting { get; set; }

    public int Active { get; set; }
}
