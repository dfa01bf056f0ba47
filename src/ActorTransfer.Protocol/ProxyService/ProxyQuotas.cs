namespace ActorTransfer;

/// <summary>Quotas of one user, domain or address at a proxy. Each is a number of concurrent pairs or connections; 0 = no limit.</summary>
/// <param name="PairsPerJid">Active pairs activated by one bare JID.</param>
/// <param name="PairsPerDomain">Active pairs activated by users of one domain.</param>
/// <param name="PairsPerAddress">
/// Active pairs with a connection from one remote address; for IPv6, from one /64 network, because a user usually controls all of it.
/// </param>
/// <param name="PendingPerAddress">Connections of one remote address that wait for activation.</param>
public sealed record ProxyQuotas(int PairsPerJid, int PairsPerDomain, int PairsPerAddress, int PendingPerAddress)
{
    /// <summary>No limits.</summary>
    public static ProxyQuotas None { get; } = new(0, 0, 0, 0);
}
