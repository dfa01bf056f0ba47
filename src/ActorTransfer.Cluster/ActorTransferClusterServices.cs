using ActorTransfer.Actors;
using ActorTransfer.Cluster.Accounts;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ActorTransfer;

/// <summary>Adds the services of a node of a cluster.</summary>
public static class ActorTransferClusterServices
{
    /// <summary>
    /// Makes <see cref="IClusterAccounts"/> injectable, and the services of the engine, see <see cref="ActorTransferServices.AddActorTransferServices"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    public static IServiceCollection AddActorTransferClusterServices(this IServiceCollection services)
    {
        services.TryAddSingleton<IClusterAccounts>(provider =>
            EngineTable.Find(provider.GetRequiredService<ActorSystem>(), Engine.Name).Remote is AccountRouter router
                ? new ClusterAccounts(router.Accounts)
                : throw new InvalidOperationException("The cluster has no accounts: call AddAccounts in WithActorTransferCluster."));
        return services.AddActorTransferServices();
    }
}
