using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Failure = ActorTransfer.Cli.Reports.Failure;

namespace ActorTransfer.Cli.Nodes;

/// <summary>A proxy as a node of a cluster. Nothing of this is loaded without a cluster.</summary>
internal static class ClusterNode
{
    /// <summary>Adds the actor system of the node.</summary>
    /// <param name="services">Services of the command.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="configure">Options of the engine.</param>
    /// <param name="proxy">The proxy that all nodes share.</param>
    public static void AddTo(IServiceCollection services, ClusterRequest cluster, Action<ActorTransferOptions> configure, ProxyOptions proxy)
    {
        services.AddAkka(Engine.Name, akka => akka
            .WithRemoting(remote => Configure(remote, cluster))
            .WithClustering(new ClusterOptions { SeedNodes = [.. cluster.Seeds.Select(seed => AddressOf(cluster, seed))] })
            .WithActorTransferCluster(options =>
            {
                configure(options.Engine);
                options.AddProxy(proxy);
                OwnSystem.Configure(akka, options.Engine.LogLevel);
            }));
        services.AddActorTransferServices();
    }

    /// <summary>Completes when the node was removed from the cluster; then it stops.</summary>
    public static Task<Failure?> RemovedAsync(IServiceProvider services)
    {
        var removed = new TaskCompletionSource<Failure?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shutdown = CoordinatedShutdown.Get(services.GetRequiredService<ActorSystem>());
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "removed", () =>
        {
            if (shutdown.ShutdownReason is CoordinatedShutdown.ClusterDowningReason)
            {
                removed.TrySetResult(new Failure(
                    "cluster",
                    "local",
                    "removed-from-cluster",
                    "the other nodes have removed this one from the cluster because they could not reach it",
                    ExitCode.RemovedFromCluster));
            }

            return Task.FromResult(Akka.Done.Instance);
        });
        return removed.Task;
    }

    /// <summary>Reports the numbers of members, and of those that this node cannot reach, now and whenever they change.</summary>
    public static void Watch(IServiceProvider services, Action<int, int> changed) =>
        services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new NodeWatcher(changed)));

    private static string AddressOf(ClusterRequest cluster, DnsEndPoint node) =>
        $"akka.{(cluster.Tls is null ? "" : "ssl.")}tcp://{Engine.Name}@{HostPort.Format(node)}";

    private static void Configure(RemoteOptions remote, ClusterRequest cluster)
    {
        remote.HostName = cluster.Listen.Host;
        remote.Port = cluster.Listen.Port;
        if (cluster.Tls is { } certificates)
        {
            remote.EnableSsl = true;
            remote.Ssl = new SslOptions
            {
                X509Certificate = certificates.Own,
                RequireMutualAuthentication = true,
                CustomValidator = (certificate, _, _, _, _) => IsOfAuthority(certificate, certificates.Authorities),
            };
        }
    }

    /// <summary>Names are not compared: a certificate of the cluster's own authority is that of a node.</summary>
    private static bool IsOfAuthority(X509Certificate2? certificate, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain { ChainPolicy = TrustedRoots.Policy(authorities) };
        return certificate is not null && chain.Build(certificate);
    }
}
