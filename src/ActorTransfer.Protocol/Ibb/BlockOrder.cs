using ActorTransfer.Protocol.Discovery;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>
/// What is known about the order in which a peer handles the blocks of an in-band bytestream. Servers deliver them in order (RFC 6120
/// §10.1), but some clients hand each to a thread pool (Smack since 4.1) and so reorder them. XEP-0047 has no feature for it, so it depends
/// on the peer.
/// </summary>
internal enum BlockOrder
{
    /// <summary>Unknown, or known to reorder: one block at a time.</summary>
    Unknown,

    /// <summary>The software name of the peer suggests that it keeps the order. The name may be wrong.</summary>
    Known,

    /// <summary>The peer advertises it: <see cref="Namespaces.InOrderBlocks"/>.</summary>
    Promised,
}

/// <summary>Determines <see cref="BlockOrder"/>.</summary>
internal static class BlockOrders
{
    /// <summary>The order by a disco#info response.</summary>
    /// <param name="info">The response (XEP-0030 §3.1).</param>
    /// <param name="software">Prefixes of identity names of software that keeps the order. A wrong name costs only one retry.</param>
    public static BlockOrder Of(DiscoInfo info, IReadOnlyCollection<string> software)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(software);
        return info.Supports(Namespaces.InOrderBlocks) ? BlockOrder.Promised
            : info.Identities.Any(identity => software.Any(name => HasPrefix(identity.Name, name))) ? BlockOrder.Known
            : BlockOrder.Unknown;
    }

    private static bool HasPrefix(string? name, string prefix) => name?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>Caches the block order of peers. Owned by one actor.</summary>
/// <param name="capacity">Maximum number of entries; above it the entry that expires first is evicted.</param>
/// <param name="timeToLive">Lifetime of an entry.</param>
internal sealed class BlockOrderMemory(int capacity, TimeSpan timeToLive)
{
    private readonly Dictionary<Jid, Entry> _peers = [];

    /// <summary>The cached value of a full JID; null = none or expired.</summary>
    public BlockOrder? Find(Jid peer, DateTimeOffset now) => _peers.TryGetValue(peer, out var entry) && now < entry.Until ? entry.Order : null;

    /// <summary>Stores what the peer advertises. Observed behaviour takes precedence.</summary>
    public void Learn(Jid peer, BlockOrder order, DateTimeOffset now)
    {
        if (Find(peer, now) is null || !_peers[peer].IsLost)
        {
            Put(peer, new Entry(order, now + timeToLive, IsLost: false), now);
        }
    }

    /// <summary>Stores that the peer reordered blocks.</summary>
    public void Lose(Jid peer, DateTimeOffset now) => Put(peer, new Entry(BlockOrder.Unknown, now + timeToLive, IsLost: true), now);

    private void Put(Jid peer, Entry entry, DateTimeOffset now)
    {
        _peers[peer] = entry;
        if (_peers.Count <= capacity)
        {
            return;
        }

        foreach (var (old, _) in _peers.Where(known => known.Value.Until <= now).ToArray())
        {
            _peers.Remove(old);
        }

        if (_peers.Count > capacity)
        {
            _peers.Remove(_peers.MinBy(known => known.Value.Until).Key);
        }
    }

    private readonly record struct Entry(BlockOrder Order, DateTimeOffset Until, bool IsLost);
}
