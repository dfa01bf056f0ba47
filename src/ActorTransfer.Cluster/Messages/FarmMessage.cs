using System.Collections.Immutable;

namespace ActorTransfer.Cluster.Messages;

/// <summary>Messages between the proxies of a farm, one on each node, and the hub that owns the connection of all of them to the server.</summary>
internal static class FarmMessage
{
    /// <summary>Node to hub: the current state of its proxy.</summary>
    /// <param name="Hosts">Where clients reach it; empty = nowhere.</param>
    /// <param name="Waiting">Pairs before activation.</param>
    /// <param name="Active">Active pairs.</param>
    /// <param name="IsFull">New pairs are refused.</param>
    /// <param name="IsDraining">It is shutting down.</param>
    public sealed record State(ImmutableArray<HostName> Hosts, int Waiting, int Active, bool IsFull, bool IsDraining) : IClusterMessage;

    /// <summary>Node to hub, after it was registered: the active pairs of its users, some hundred users a message.</summary>
    public sealed record Users(ImmutableArray<UserPairs> Active) : IClusterMessage;

    /// <summary>Node to hub: pairs that have ended since <see cref="Users"/> and the last message of this kind.</summary>
    public sealed record Ended(ImmutableArray<UserPairs> Pairs) : IClusterMessage;

    /// <summary>Hub to node: does it have the pair that this request activates?</summary>
    /// <param name="Number">Comes back.</param>
    /// <param name="Activation">The request.</param>
    public sealed record Find(int Number, string Activation) : IClusterMessage;

    /// <summary>Node to hub: the reply.</summary>
    public sealed record Found(int Number, bool HasPair) : IClusterMessage;

    /// <summary>Hub to node: a user of it has active pairs at so many nodes, which share the user's rate.</summary>
    public sealed record Share(string User, int Nodes) : IClusterMessage;
}

/// <summary>A name or address, and a port.</summary>
internal sealed record HostName(string Host, int Port);

/// <summary>A number of pairs of a user (bare JID).</summary>
internal sealed record UserPairs(string User, int Pairs);
