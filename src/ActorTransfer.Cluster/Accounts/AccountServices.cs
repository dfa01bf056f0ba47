using ActorTransfer.Actors;
using ActorTransfer.Cluster.Nodes;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>What the accounts of a node need.</summary>
/// <param name="Engine">The engine of the node.</param>
/// <param name="Directory">The application's accounts.</param>
/// <param name="Sends">Starts the transfers that other nodes request, see <see cref="RemoteSendsActor"/>.</param>
/// <param name="Define">Defines the accounts of the directory.</param>
/// <param name="Facts">What this node has.</param>
/// <param name="Others">The other nodes.</param>
internal sealed record AccountServices(
    EngineInstance Engine, IAccountDirectory Directory, IActorRef Sends, Func<ClientAccount, AccountDefinition> Define, NodeFacts Facts, OtherNodes Others)
{
    /// <summary>Resource of an account whose JID has none: it must be the same on all nodes.</summary>
    public const string DefaultResource = "actor-transfer";

    /// <summary>The node leaves, and others take over its accounts.</summary>
    public bool AreLeaving => Engine.Lifetime.IsDraining && Others.CanTakeOver;

    /// <summary>How long transfers may continue when an account moves.</summary>
    public TimeSpan DrainTimeout => Engine.Settings.Transfers.DrainTimeout;
}
