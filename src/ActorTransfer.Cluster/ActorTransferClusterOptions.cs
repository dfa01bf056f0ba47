using ActorTransfer.Actors;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Proxies;

namespace ActorTransfer;

/// <summary>Configures a node of a cluster: its engine, and what it shares with the other nodes. All nodes need the same shared connections.</summary>
public sealed class ActorTransferClusterOptions
{
    private readonly List<AccountDefinition> _shared = [];
    private readonly List<SharedProxy> _proxies = [];

    /// <summary>The engine of this node. Accounts, components and proxies that are added here are this node's only.</summary>
    public ActorTransferOptions Engine { get; } = new() { Node = ThisNode.IdOf };

    /// <summary>Connections that all nodes share.</summary>
    internal IReadOnlyList<AccountDefinition> Shared => _shared;

    /// <summary>Proxies that all nodes share.</summary>
    internal IReadOnlyList<SharedProxy> Proxies => _proxies;

    /// <summary>
    /// An external component (XEP-0114) of all nodes: one of them holds the connection to the server, and each can send and gets its part of the offers. The
    /// account is named after the component's domain.
    /// </summary>
    /// <param name="component">Server, component and secret.</param>
    /// <exception cref="ArgumentException">Its JID is not a domain, or there already is an account or proxy of this name.</exception>
    public ActorTransferClusterOptions AddComponent(ComponentAccount component) => Share(AccountDefinitions.Of(component));

    /// <summary>
    /// A SOCKS5 bytestreams proxy of all nodes: one of them holds the connection to the server, and each has pairs of its own at its own addresses
    /// (<see cref="ProxyOptions.Listen"/>, <see cref="ProxyOptions.Public"/>). Clients get the addresses of the least loaded nodes.
    /// </summary>
    /// <param name="proxy">Its server, addresses and rights.</param>
    /// <exception cref="ArgumentException">It cannot work, or there already is an account or proxy of this name.</exception>
    public ActorTransferClusterOptions AddProxy(ProxyOptions proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        return Share(ProxyOptions.Define(proxy));
    }

    internal ActorTransferClusterOptions Share(ProxyDefinition proxy)
    {
        var shared = new SharedProxy(proxy);
        Engine.Add(shared.OfNode());
        _proxies.Add(shared);
        return this;
    }

    internal ActorTransferClusterOptions Share(AccountDefinition account)
    {
        var hub = SharedHub.ProxyPath(account.Name);
        Engine.Add(account with { Link = new LinkDefinition.Configured(settings => RemoteLinkActor.Props(account.Name, hub, settings)) });
        _shared.Add(account);
        return this;
    }
}
