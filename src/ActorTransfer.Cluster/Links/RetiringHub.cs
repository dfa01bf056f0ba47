using Akka;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <summary>Keeps a leaving node in the cluster until its hub has stopped.</summary>
internal sealed class RetiringHub
{
    /// <summary>The last hub of this node; null = none.</summary>
    public volatile IActorRef? Hub;

    /// <summary>Completes when it has stopped.</summary>
    public async Task<Done> StoppedAsync()
    {
        if (Hub is { } hub)
        {
            await hub.WatchAsync().ConfigureAwait(false);
        }

        return Done.Instance;
    }
}
