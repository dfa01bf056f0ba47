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
