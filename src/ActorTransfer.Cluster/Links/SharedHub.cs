using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Nodes;
using ActorTransfer.Protocol.Discovery;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;

namespace ActorTransfer.Cluster.Links;

/// <summary>The hub of a connection that all nodes share: a singleton of the cluster, on its oldest node.</summary>
internal static class SharedHub
{
    /// <summary>
    /// How long the new node waits when the old one was taken for dead. It may still be alive behind a split, and gives up by the same rule at about the same
    /// time; the server does not accept two connections anyway.
    /// </summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(1);

    /// <summary>How often a node looks for a hub that has moved.</summary>
    private static readonly TimeSpan s_search = TimeSpan.FromMilliseconds(200);

    /// <summary>Path of the actor that finds the hub.</summary>
    /// <param name="name">Name of the shared connection.</param>
    public static string ProxyPath(string name) => $"/user/{ManagerName(name)}-proxy";

    /// <summary>Starts the actors that make and find the hub of an account.</summary>
    /// <param name="system">The actor system of a node.</param>
    /// <param name="account">The connection.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="facts">What this node has.</param>
    public static void Start(ActorSystem system, AccountDefinition account, ConnectionSettings settings, NodeFacts facts) =>
        Start(system, account.Name, LinkHub.Props(Define(account.Name, account.Link, Engine.Info, settings)), facts);

    /// <summary>The definition of a hub.</summary>
    /// <param name="name">Name of the shared connection.</param>
    /// <param name="link">Transport of its stanzas.</param>
    /// <param name="info">disco#info result of its addresses.</param>
    /// <param name="settings">Its settings.</param>
    public static HubDefinition Define(string name, LinkDefinition link, DiscoInfo info, ConnectionSettings settings) =>
        new(name, new ConnectionFactory(settings).Create($"{name} (shared)", link, info), settings, NodesOf);

    /// <summary>Starts the actors that make and find a hub.</summary>
    /// <param name="system">The actor system of a node.</param>
    /// <param name="name">Name of the shared connection.</param>
    /// <param name="hub">The hub.</param>
    /// <param name="facts">What this node has.</param>
    public static void Start(ActorSystem system, string name, Props hub, NodeFacts facts)
    {
        var manager = ManagerName(name);
        var singleton = ClusterSingletonManagerSettings.Create(system).WithRemovalMargin(s_margin);
        // Links repeat their registration until the hub responds, so nothing is buffered, and a hub that is missing for a moment is not worth a warning.
        var proxy = new ClusterSingletonProxySettings(singleton.SingletonName, singleton.Role, s_search, 0, false, false, s_search);
        var retiring = new RetiringHub();
        var role = HubRole.Props(name, () => system.ActorOf(hub), retiring, facts);
        system.ActorOf(ClusterSingletonManager.Props(role, HubRole.Leave.Instance, singleton), manager);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseClusterExiting, $"{manager}-retired", retiring.StoppedAsync);
        system.ActorOf(ClusterSingletonProxy.Props($"/user/{manager}", proxy), $"{manager}-proxy");
    }

    private static int NodesOf(ActorSystem system) =>
        Akka.Cluster.Cluster.Get(system).State.Members.Count(member => member.Status == MemberStatus.Up);

    private static string ManagerName(string name) => $"{Engine.Name}-hub-{Uri.EscapeDataString(name)}";
}
