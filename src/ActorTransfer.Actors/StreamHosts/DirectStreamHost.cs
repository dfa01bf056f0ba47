using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.StreamHosts;

/// <summary>Messages of the listener for direct transfers.</summary>
internal static class DirectStreamHost
{
    /// <summary>The sender gets <see cref="Addresses"/>.</summary>
    /// <param name="Peer">Peer that gets the addresses; null = none, so privacy rules do not apply.</param>
    public sealed record GetAddresses(Jid? Peer);

    /// <summary>Addresses for peers, best first; none while the listener is down, or when the peer may not get them.</summary>
    public sealed record Addresses(ImmutableArray<DnsEndPoint> EndPoints);

    /// <summary>The sender gets <see cref="Listener"/>.</summary>
    public sealed record GetListener;

    /// <summary>Where it listens; null = it cannot.</summary>
    public sealed record Listener(IPEndPoint? EndPoint);

    /// <summary>
    /// Accepts connections with this address, one at each own address, until the sender stops. The sender gets <see cref="Expecting"/>.
    /// </summary>
    /// <param name="Destination">The stream, and the address by the formula.</param>
    /// <param name="Variants">Further addresses that the peer may request for the same stream; default = none.</param>
    public sealed record Expect(DestinationAddress Destination, ImmutableArray<DestinationAddress> Variants = default);

    /// <summary>Connections with the address are accepted now.</summary>
    public sealed record Expecting(DestinationAddress Destination);

    /// <summary>The transfer uses another method: connections with the address are closed and refused. Some peers connect to all streamhosts.</summary>
    public sealed record Dismiss(DestinationAddress Destination);

    /// <summary>Hands over the connection with this address: the sender gets <see cref="Taken"/>, or <see cref="NotThere"/> after the grace period.</summary>
    /// <param name="Destination">The address.</param>
    /// <param name="Host">The own address that the peer uses, if it said so (XEP-0260); null = the best one (XEP-0065 names a JID only).</param>
    public sealed record Take(DestinationAddress Destination, string? Host = null);

    /// <summary>The connection; the receiver owns it.</summary>
    public sealed record Taken(IByteLink Link);

    /// <summary>No connection with that address exists.</summary>
    public sealed record NotThere;
}
