using System.Security.Cryptography.X509Certificates;

namespace ActorTransfer.Cli.Nodes;

/// <summary>Certificates of connections between nodes. Both sides need one.</summary>
/// <param name="Own">Of this node, with its key.</param>
/// <param name="Authorities">One of them has signed the certificates of all nodes.</param>
internal sealed record ClusterCertificates(X509Certificate2 Own, X509Certificate2Collection Authorities);
