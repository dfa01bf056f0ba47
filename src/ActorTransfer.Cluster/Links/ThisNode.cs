using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <summary>The node of this process.</summary>
internal static class ThisNode
{
    /// <summary>Its id: random, and another one after each start.</summary>
    public static int IdOf(ActorSystem system) => Akka.Cluster.Cluster.Get(system).SelfUniqueAddress.Uid;
}
