using System.Collections.Immutable;
using System.Net;

namespace ActorTransfer.Cli.Nodes;

/// <summary>The cluster that a command's engine is a node of.</summary>
/// <param name="Listen">Address for the other nodes.</param>
/// <param name="Seeds">Nodes to join. The first one of the list begins a cluster if no other one responds.</param>
internal sealed record ClusterRequest(DnsEndPoint Listen, ImmutableArray<DnsEndPoint> Seeds)
{
    /// <summary>Encrypts connections between nodes; null = they are not encrypted.</summary>
    public ClusterCertificates? Tls { get; init; }
}
