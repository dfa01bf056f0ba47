using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Cli.Exports;
using ActorTransfer.Cli.Nodes;
using ActorTransfer.Cli.Output;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Options of <c>actor-transfer proxy</c>.</summary>
/// <param name="Address">Server, component and secret.</param>
/// <param name="Listen">As written: names are resolved at start; port 0 = any free port.</param>
/// <param name="Public">Addresses announced to clients; empty = the listening addresses.</param>
internal sealed record ProxyRequest(ComponentAccount Address, ImmutableArray<DnsEndPoint> Listen, ImmutableArray<DnsEndPoint> Public)
{
    /// <summary>The proxy's JID, a domain.</summary>
    public Jid Component => Address.Jid;

    /// <summary>Who may use it: bare JIDs, domains, <c>*</c>. Empty = from the configuration.</summary>
    public ImmutableArray<string> Allow { get; init; } = [];

    /// <summary>A HOCON file; null = none.</summary>
    public string? Config { get; init; }

    /// <summary>Where the live page is served; null = nowhere.</summary>
    public IPEndPoint? Page { get; init; }

    /// <summary>What is printed and logged.</summary>
    public OutputRequest Output { get; init; } = new();

    /// <summary>Where metrics and traces go; null = nowhere.</summary>
    public ExportRequest? Exports { get; init; }

    /// <summary>The cluster that it is a node of; null = none.</summary>
    public ClusterRequest? Cluster { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Component} at {HostPort.Format(new DnsEndPoint(Address.Host, Address.Port))}";
}
