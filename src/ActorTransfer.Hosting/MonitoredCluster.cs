using System.Collections.Immutable;

namespace ActorTransfer;

/// <summary>The nodes of a cluster and what each has, as this node knows it. Other nodes are asked once a second, while something reads it.</summary>
/// <param name="Nodes">The nodes, the oldest first.</param>
/// <param name="Accounts">The accounts of the cluster by name, at most 1,000 of each node.</param>
public sealed record MonitoredCluster(ImmutableArray<MonitoredNode> Nodes, ImmutableArray<PlacedAccount> Accounts);

/// <summary>A node of a cluster.</summary>
/// <param name="Address">Its address.</param>
/// <param name="State">Its state.</param>
public sealed record MonitoredNode(string Address, NodeState State)
{
    /// <summary>It is the node of this process.</summary>
    public bool IsSelf { get; init; }

    /// <summary>Roles that it was started with, <c>akka.cluster.roles</c>.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>Names of the shared connections that it holds for all nodes.</summary>
    public ImmutableArray<string> Connections { get; init; } = [];

    /// <summary>Number of accounts that live there; those that move are included.</summary>
    public int Accounts { get; init; }

    /// <summary>Number of accounts that are being opened or closed there: they come from another node, or go to one.</summary>
    public int Moving { get; init; }
}

/// <summary>State of a node.</summary>
public enum NodeState
{
    /// <summary>It joins the cluster.</summary>
    Joining,

    /// <summary>It is a member.</summary>
    Up,

    /// <summary>It leaves: it drains, and hands over what it has.</summary>
    Leaving,

    /// <summary>Other nodes cannot reach it. It is removed if that lasts.</summary>
    Unreachable,
}

/// <summary>Where an account of a cluster lives.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Node">Address of the node.</param>
/// <param name="IsMoving">It is being opened or closed there.</param>
public sealed record PlacedAccount(string Name, string Node, bool IsMoving);
