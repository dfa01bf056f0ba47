using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Proxy;

/// <summary>Messages between a proxy and what makes one service of several proxies with the same JID.</summary>
internal static class ProxyFarm
{
    /// <summary>The sender gets <see cref="Terms"/>, <see cref="Users"/> and <see cref="State"/> now, and changes of them until it stops.</summary>
    public sealed record Watch;

    /// <summary>Who may use the proxy, and how much.</summary>
    public sealed record Terms(ProxyAccess Allowed, ProxyQuotas Quotas);

    /// <summary>The active pairs of all users that have any; <see cref="Ended"/> is relative to it.</summary>
    public sealed record Users(ImmutableArray<UserPairs> Active);

    /// <summary>Pairs that were active and have ended since the last report.</summary>
    public sealed record Ended(ImmutableArray<UserPairs> Pairs);

    /// <summary>Current state.</summary>
    /// <param name="Hosts">Where clients reach it; empty = nowhere.</param>
    /// <param name="Waiting">Pairs before activation.</param>
    /// <param name="Active">Active pairs.</param>
    /// <param name="IsFull">New pairs are refused.</param>
    /// <param name="IsDraining">The proxy is shutting down.</param>
    public sealed record State(ImmutableArray<StreamHost> Hosts, int Waiting, int Active, bool IsFull, bool IsDraining);

    /// <summary>Asks for the pair that this request activates. The sender gets <see cref="Found"/>.</summary>
    /// <param name="Number">Comes back.</param>
    /// <param name="Activation">The request.</param>
    public sealed record Find(int Number, Iq Activation);

    /// <summary>Reply to <see cref="Find"/>.</summary>
    public sealed record Found(int Number, bool HasPair);

    /// <summary>A user with active pairs has such at several proxies, each of which gets a part of the user's rate.</summary>
    /// <param name="User">The user.</param>
    /// <param name="Proxies">How many.</param>
    public sealed record Share(Jid User, int Proxies);

    /// <summary>A number of pairs of one user.</summary>
    /// <param name="User">Bare JID that activated them.</param>
    /// <param name="Pairs">The number.</param>
    public sealed record UserPairs(Jid User, int Pairs);
}
