using ActorTransfer.Cli.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Cli.Nodes;

/// <summary>In the native executable: Akka.Remote and Akka.Cluster find most of their classes by name at run time, which is not possible there.</summary>
internal static class ClusterNode
{
    /// <exception cref="FailureException">Always.</exception>
    public static void AddTo(IServiceCollection services, ClusterRequest cluster, Action<ActorTransferOptions> configure, ProxyOptions proxy) =>
        throw Failures.Usage("the native executable cannot be a node of a cluster; use ./actor-transfer, which needs .NET");

    /// <summary>There are none.</summary>
    public static void Watch(IServiceProvider services, Action<int, int> changed)
    {
    }

    /// <summary>Never completes.</summary>
    public static Task<Failure?> RemovedAsync(IServiceProvider services) => new TaskCompletionSource<Failure?>().Task;
}
