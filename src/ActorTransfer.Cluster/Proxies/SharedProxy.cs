using ActorTransfer.Actors;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Nodes;
using Akka.Actor;

namespace ActorTransfer.Cluster.Proxies;

/// <summary>A proxy that all nodes share, as this node defines it.</summary>
/// <param name="definition">This node's listeners, and the connection to the server.</param>
internal sealed class SharedProxy(ProxyDefinition definition)
{
    private readonly LocalTerms _terms = new();

    private Jid Address => definition.Proxy.Address;

    /// <summary>The proxy of this node, with a link to the hub.</summary>
    public ProxyDefinition OfNode()
    {
        var hub = SharedHub.ProxyPath(Address.Domain);
        return definition with { Link = new LinkDefinition.Configured(settings => ProxyLinkActor.Props(Address, hub, settings, _terms)) };
    }

    /// <summary>Starts the actors that make and find the hub.</summary>
    public void Start(ActorSystem system, ConnectionSettings settings, NodeFacts facts) => SharedHub.Start(
        system, Address.Domain, FarmHub.Props(SharedHub.Define(Address.Domain, definition.Link, ProxyActor.Info, settings), Address, _terms), facts);
}
