using System.Collections.Immutable;

namespace ActorTransfer.Cluster.Messages;

/// <summary>Messages between the actors of nodes that know about the other nodes.</summary>
internal static class NodeMessage
{
    /// <summary>The sender's node leaves: it takes over nothing any more.</summary>
    public sealed record Leaving : IClusterMessage;

    /// <summary>The sender gets <see cref="Report"/>.</summary>
    public sealed record GetReport : IClusterMessage;

    /// <summary>What a node has.</summary>
    /// <param name="Connections">Shared connections that it holds.</param>
    /// <param name="Accounts">Number of accounts that live there.</param>
    /// <param name="Moving">Number of those that are being opened or closed.</param>
    /// <param name="Places">Some of the accounts.</param>
    public sealed record Report(ImmutableArray<string> Connections, int Accounts, int Moving, ImmutableArray<AccountPlace> Places) : IClusterMessage;
}

/// <summary>An account that lives on a node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsMoving">It is being opened or closed.</param>
internal sealed record AccountPlace(string Name, bool IsMoving);
