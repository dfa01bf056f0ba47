namespace ActorTransfer;

/// <summary>How much of a proxy one user, domain or address may take. Each is a number of things at a time; 0 = no limit.</summary>
/// <param name="PairsPerJid">Active pairs that were activated by one bare JID.</param>
/// <param name="PairsPerDomain">Active pairs that were activated by users of one domain.</param>
/// <param name="PairsPerAddress">Active pairs in which one remote address takes part. Of IPv6, the network of 64 bits: whoever has one has all of it.</param>
/// <param name="PendingPerAddress">Connections of one remote address that wait for their activation.</param>
public sealed record ProxyQuotas(int PairsPerJid, int PairsPerDomain, int PairsPerAddress, int PendingPerAddress)
{
    /// <summary>No limit at all.</summary>
    public static ProxyQuotas None { get; } = new(0, 0, 0, 0);
}
