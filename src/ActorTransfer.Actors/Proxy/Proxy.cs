using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Conversations;
using Akka.Actor;

namespace ActorTransfer.Actors.Proxy;

/// <summary>All that can be said to a proxy, and what it says.</summary>
public static class BytestreamsProxy
{
    /// <summary>What a proxy is made of.</summary>
    /// <param name="Address">JID under which it is known: the domain of its component.</param>
    /// <param name="Listen">Where it listens; port 0 takes a free one.</param>
    /// <param name="Public">What clients are told to connect to; empty = the listening address. A wildcard address must not be told.</param>
    /// <param name="Allowed">Who may use it.</param>
    public sealed record Definition(Jid Address, IPEndPoint Listen, ImmutableArray<DnsEndPoint> Public, ProxyAccess Allowed);

    /// <summary>The sender gets <see cref="Status"/>.</summary>
    public sealed record GetStatus;

    /// <summary>What the proxy does now and has done.</summary>
    /// <param name="EndPoint">Where it listens.</param>
    /// <param name="Pairs">Pairs alive.</param>
    /// <param name="Relayed">Pairs that were relayed to their end.</param>
    /// <param name="Bytes">Bytes relayed by pairs that have ended.</param>
    public sealed record Status(IPEndPoint EndPoint, int Pairs, long Relayed, long Bytes);

    /// <summary>No new pairs from now on; the sender gets <see cref="Drained"/> when the last has ended.</summary>
    public sealed record Drain;

    /// <summary>No pair is left.</summary>
    public sealed record Drained;

    /// <summary>A pair ended; told to the proxy by its pairs.</summary>
    internal sealed record PairEnded(Protocol.Bytestreams.DestinationAddress Destination, IActorRef Pair, PairEnd Why, long Bytes);
}

/// <summary>Who may use a proxy: everybody, or JIDs whose bare form or domain is listed.</summary>
public sealed class ProxyAccess
{
    private readonly HashSet<Jid>? _allowed;

    private ProxyAccess(HashSet<Jid>? allowed) => _allowed = allowed;

    /// <summary>Everybody.</summary>
    public static ProxyAccess Everybody { get; } = new(null);

    /// <summary>Only these bare JIDs and domains.</summary>
    public static ProxyAccess Only(IEnumerable<Jid> bareOrDomain) => new([.. bareOrDomain]);

    /// <summary>Tells whether this JID may use the proxy.</summary>
    public bool Allows(Jid jid) => _allowed is null || _allowed.Contains(jid.Bare) || _allowed.Contains(Jid.Parse(jid.Domain));
}
