using System.Collections.Immutable;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Proxy;

/// <summary>The rates of a proxy: one token bucket for all pairs, one for each active JID, one for each pair. Confined to the proxy's actor.</summary>
internal sealed class ProxyRates(TimeProvider clock, ProxyRateSettings settings)
{
    private readonly TokenBucket _total = new(clock, settings.Total);
    private readonly Dictionary<Jid, Share> _shares = [];
    private ProxyRateSettings _settings = settings;

    /// <summary>The buckets of a new pair of this user; none without any rate limit, so that such a pair costs nothing here.</summary>
    public ImmutableArray<TokenBucket> Open(Pair pair, Jid user)
    {
        if (!_settings.AnyRate)
        {
            return [];
        }

        if (!_shares.TryGetValue(user, out var share))
        {
            share = new Share(new TokenBucket(clock, _settings.PerJid));
            _shares.Add(user, share);
        }

        share.Pairs++;
        pair.Bucket = new TokenBucket(clock, _settings.PerPair);
        return [pair.Bucket, share.Bucket, _total];
    }

    /// <summary>A pair has ended.</summary>
    public void Close(Pair pair)
    {
        if (pair.Bucket is not null && pair.Usage.User is { } user && _shares.TryGetValue(user, out var share) && --share.Pairs == 0)
        {
            _shares.Remove(user);
        }
    }

    /// <summary>Changes the rates, also of these pairs.</summary>
    public void Change(ProxyRateSettings settings, IEnumerable<Pair> running)
    {
        _settings = settings;
        _total.BytesPerSecond = settings.Total;
        foreach (var share in _shares.Values)
        {
            share.Bucket.BytesPerSecond = settings.PerJid;
        }

        foreach (var pair in running)
        {
            if (pair.Bucket is { } bucket)
            {
                bucket.BytesPerSecond = settings.PerPair;
            }
        }
    }

    private sealed class Share(TokenBucket bucket)
    {
        public TokenBucket Bucket => bucket;

        public int Pairs { get; set; }
    }
}
