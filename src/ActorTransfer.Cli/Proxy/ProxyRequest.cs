using System.Collections.Immutable;
using System.Net;

namespace ActorTransfer.Cli.Proxy;

/// <summary>What a person asked <c>actor-transfer proxy</c> for.</summary>
/// <param name="Address">Where and as whom it joins the server.</param>
/// <param name="Listen">As written: names are looked up at start; port 0 takes a free one.</param>
/// <param name="Public">What clients are told; empty = the listening addresses.</param>
internal sealed record ProxyRequest(ComponentAddress Address, ImmutableArray<DnsEndPoint> Listen, ImmutableArray<DnsEndPoint> Public)
{
    /// <summary>The proxy's JID, a domain.</summary>
    public Jid Component => Address.Name;

    /// <summary>Who may use it: bare JIDs, domains, <c>*</c>. Empty = the configuration says.</summary>
    public ImmutableArray<string> Allow { get; init; } = [];

    /// <summary>A HOCON file; null = none.</summary>
    public string? Config { get; init; }

    /// <summary>JSON lines instead of words.</summary>
    public bool Json { get; init; }

    /// <summary>Print the engine's log.</summary>
    public bool Verbose { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Component} at {HostPort.Format(new DnsEndPoint(Address.Host!, Address.Port))}";
}
