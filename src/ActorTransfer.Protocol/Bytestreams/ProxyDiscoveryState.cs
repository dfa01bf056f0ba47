using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Discovery;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>State of one proxy discovery.</summary>
/// <param name="Server">The server whose items are searched; null = none.</param>
/// <param name="Configured">Proxies that are queried for their address without being discovered.</param>
internal sealed record ProxyDiscoveryState(Jid? Server, ImmutableArray<Jid> Configured)
{
    /// <summary>The queried items, in the server's order.</summary>
    public ImmutableArray<DiscoItem> Items { get; init; } = [];

    /// <summary>Requests without a response so far.</summary>
    public ImmutableHashSet<DiscoveryKey> Open { get; init; } = [];

    /// <summary>True when at least one item has returned its identity.</summary>
    public bool AnyInfo { get; init; }

    /// <summary>Addresses by the proxy that returned them.</summary>
    public ImmutableDictionary<Jid, ImmutableArray<StreamHost>> Found { get; init; } = ImmutableDictionary<Jid, ImmutableArray<StreamHost>>.Empty;

    /// <summary>False when the link did not carry the requests or the server did not respond: the result may be incomplete.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Services that timed out in an earlier discovery or this one. They are queried, but not waited for.</summary>
    public ImmutableHashSet<Jid> Silent { get; init; } = [];

    /// <summary>True while a service without earlier timeouts may still respond.</summary>
    public bool IsAwaited => Open.Any(request => request.Request == DiscoveryRequest.Items || !Silent.Contains(request.To));

    /// <summary>The streamhosts known so far, in the order of <see cref="Result"/>.</summary>
    public ImmutableArray<StreamHost> Known =>
        [.. Configured.Concat(Items.Select(item => item.Jid)).SelectMany(proxy => Found.GetValueOrDefault(proxy, [])).Distinct()];

    /// <summary>Set when the discovery is complete: all streamhosts, those of configured proxies first, then in the server's order.</summary>
    public ImmutableArray<StreamHost>? Result { get; init; }
}
