using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
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

    /// <summary>Path of the actor that finds the hub.</summary>
    /// <param name="name">Name of the shared connection.</param>
    public static string ProxyPath(string name) => $"/user/{ManagerName(name)}-proxy";

    /// <summary>Starts the actors that make and find the hub.</summary>
    /// <param name="system">The actor system of a node.</param>
    /// <param name="account">The connection.</param>
    /// <param name="settings">Its settings.</param>
    public static void Start(ActorSystem system, AccountDefinition account, ConnectionSettings settings)
    {
        var connection = new ConnectionFactory(settings).Create($"{account.Name} (shared)", account.Link, Engine.Info);
        var hub = LinkHub.Props(new HubDefinition(account.Name, connection, settings, NodesOf));
        var manager = ManagerName(account.Name);
        var singleton = ClusterSingletonManagerSettings.Create(system).WithRemovalMargin(s_margin);
        system.ActorOf(ClusterSingletonManager.Props(hub, PoisonPill.Instance, singleton), manager);
        system.ActorOf(ClusterSingletonProxy.Props($"/user/{manager}", ClusterSingletonProxySettings.Create(system).WithBufferSize(0)), $"{manager}-proxy");
    }

    private static int NodesOf(ActorSystem system) =>
        Akka.Cluster.Cluster.Get(system).State.Members.Count(member => member.Status == MemberStatus.Up);

    private static string ManagerName(string name) => $"{Engine.Name}-hub-{Uri.EscapeDataString(name)}";
}
