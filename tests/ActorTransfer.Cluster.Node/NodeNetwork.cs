using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;

namespace ActorTransfer.Cluster.Node;

/// <summary>The network between nodes: Akka's own test transport drops all bytes of both directions, as a split does. Only the remoting of nodes is affected.</summary>
internal static class NodeNetwork
{
    /// <summary>Drops everything from and to these nodes from now on.</summary>
    public static async Task CutAsync(ActorSystem system, IEnumerable<string> nodes)
    {
        var transport = ((RemoteActorRefProvider)((ExtendedActorSystem)system).Provider).Transport;
        foreach (var node in nodes)
        {
            await transport.ManagementCommand(new SetThrottle(Address.Parse(node), ThrottleTransportAdapter.Direction.Both, Blackhole.Instance));
        }
    }
}
