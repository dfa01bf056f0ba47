using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// The rates of transfers: one token bucket for all, one for each peer (bare JID) with active transfers, one for each transfer. Without any rate there are
/// none, and transfers pay nothing. Confined to the transfers actor.
/// </summary>
/// <param name="clock">Measures elapsed time.</param>
/// <param name="settings">The rates.</param>
internal sealed class TransferRates(TimeProvider clock, TransferRateSettings settings)
{
    private readonly TokenBucket _total = new(clock, settings.Total);
    private readonly Dictionary<Jid, Share> _peers = [];
    private readonly Dictionary<TransferId, (TokenBucket Bucket, Jid Peer)> _transfers = [];
    private TransferRateSettings _settings = settings;

    /// <summary>The buckets of a transfer that begins; none without any rate.</summary>
    public ImmutableArray<TokenBucket> Open(TransferEntry entry)
    {
        if (!_settings.AnyRate)
        {
            return [];
        }

        var peer = entry.Key.Peer.Bare;
        if (!_peers.TryGetValue(peer, out var share))
        {
            share = new Share(new TokenBucket(clock, _settings.PerPeer));
            _peers.Add(peer, share);
        }

        share.Transfers++;
        var own = new TokenBucket(clock, _settings.PerTransfer);
        _transfers.Add(entry.Id, (own, peer));
        return [own, share.Bucket, _total];
    }

    /// <summary>A transfer has ended.</summary>
    public void Close(TransferId id)
    {
        if (_transfers.Remove(id, out var own) && --_peers[own.Peer].Transfers == 0)
        {
            _peers.Remove(own.Peer);
        }
    }

    /// <summary>Changes the rates, also of active transfers. Returns those that began while there was no rate, with their buckets.</summary>
    public IReadOnlyList<(TransferEntry Entry, ImmutableArray<TokenBucket> Buckets)> Change(TransferRateSettings settings, IEnumerable<TransferEntry> transfers)
    {
        _settings = settings;
        _total.BytesPerSecond = settings.Total;
        foreach (var share in _peers.Values)
        {
            share.Bucket.BytesPerSecond = settings.PerPeer;
        }

        foreach (var (bucket, _) in _transfers.Values)
        {
            bucket.BytesPerSecond = settings.PerTransfer;
        }

        return settings.AnyRate
            ? [.. transfers.Where(entry => entry.HasBegun && !_transfers.ContainsKey(entry.Id)).ToArray().Select(entry => (entry, Open(entry)))]
            : [];
    }

    private sealed class Share(TokenBucket bucket)
    {
        public TokenBucket Bucket => bucket;

        public int Transfers { get; set; }
    }
}
