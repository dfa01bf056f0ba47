using ActorTransfer.Protocol.Discovery;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>
/// What is known about the order in which a peer handles the blocks of an in-band bytestream. Servers deliver them in order (RFC 6120 §10.1), but some
/// clients hand each to a pool of threads (Smack since 4.1), where one overtakes another. XEP-0047 has no word for it, so a peer must be known.
/// </summary>
internal enum BlockOrder
{
    /// <summary>Nothing is known, or that it is lost: one block at a time.</summary>
    Unknown,

    /// <summary>The peer's software is one that was seen to keep it. The name that tells may be wrong.</summary>
    Known,

    /// <summary>The peer says so: <see cref="Namespaces.InOrderBlocks"/>.</summary>
    Promised,
}

/// <summary>Reads <see cref="BlockOrder"/>.</summary>
internal static class BlockOrders
{
    /// <summary>What an answer to disco#info tells.</summary>
    /// <param name="info">The answer (XEP-0030 §3.1).</param>
    /// <param name="software">Beginnings of identity names of software that keeps order. A wrong name costs one more try, so it may be decided by.</param>
    public static BlockOrder Of(DiscoInfo info, IReadOnlyCollection<string> software)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(software);
        return info.Supports(Namespaces.InOrderBlocks) ? BlockOrder.Promised
            : info.Identities.Any(identity => software.Any(name => identity.Name?.StartsWith(name, StringComparison.OrdinalIgnoreCase) == true)) ? BlockOrder.Known
            : BlockOrder.Unknown;
    }
}

/// <summary>Remembers for a while what is known of peers. Owned by one actor.</summary>
/// <param name="capacity">Peers that are remembered; above it the one whose time ends first is forgotten.</param>
/// <param name="timeToLive">How long.</param>
internal sealed class BlockOrderMemory(int capacity, TimeSpan timeToLive)
{
    private readonly Dictionary<Jid, Entry> _peers = [];

    /// <summary>What is known of a full JID; null = nothing yet, or no longer.</summary>
    public BlockOrder? Find(Jid peer, DateTimeOffset now) => _peers.TryGetValue(peer, out var entry) && now < entry.Until ? entry.Order : null;

    /// <summary>Notes what the peer said of itself. What it did counts more.</summary>
    public void Learn(Jid peer, BlockOrder order, DateTimeOffset now)
    {
        if (Find(peer, now) is null || !_peers[peer].IsLost)
        {
            Put(peer, new Entry(order, now + timeToLive, IsLost: false), now);
        }
    }

    /// <summary>Notes that the peer lost the order of blocks.</summary>
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
