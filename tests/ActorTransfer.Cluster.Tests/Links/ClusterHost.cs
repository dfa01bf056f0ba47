using ActorTransfer.Testing.Time;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Cluster.Tests.Links;

/// <summary>A node of a cluster in this process, with its own actor system on loopback.</summary>
internal sealed class ClusterHost : IAsyncDisposable
{
    /// <summary>Members join and leave in fractions of a second.</summary>
    private const string Fast =
        """
        akka { stdout-loglevel = OFF, coordinated-shutdown.run-by-actor-system-terminate = off }
        akka.cluster {
          gossip-interval = 50ms, leader-actions-interval = 50ms, unreachable-nodes-reaper-interval = 200ms
          singleton { hand-over-retry-interval = 200ms }
        }
        """;

    private readonly IHost _host;

    private ClusterHost(IHost host) => _host = host;

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    public IServiceProvider Services => _host.Services;

    public IFileTransfers Transfers => _host.Services.GetRequiredService<IFileTransfers>();

    public IClusterAccounts Accounts => Services.GetRequiredService<IClusterAccounts>();

    public Akka.Cluster.Cluster Cluster => Akka.Cluster.Cluster.Get(System);

    /// <param name="configure">Options of the node.</param>
    /// <param name="seed">A node to join; null = this is the first one.</param>
    /// <param name="hocon">Settings of the actor system.</param>
    /// <param name="services">Adds services of the application.</param>
    public static async Task<ClusterHost> StartAsync(
        Action<ActorTransferClusterOptions> configure, ClusterHost? seed = null, string hocon = "", Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("CLUSTER_TEST_LOG") is not null)
        {
            builder.Logging.AddConsole();
        }

        builder.Services.AddActorTransferClusterServices().AddAkka("cluster", akka => akka
            .AddHocon(Fast, HoconAddMode.Prepend)
            .AddHocon(hocon, HoconAddMode.Prepend)
            .AddHocon(RefusingSerializer.Hocon, HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithRemoting("127.0.0.1", 0)
            .WithClustering()
            .WithActorTransferCluster(configure));
        services?.Invoke(builder.Services);
        var node = new ClusterHost(builder.Build());
        await node._host.StartAsync();
        await node.Cluster.JoinAsync((seed ?? node).Cluster.SelfAddress);
        return node;
    }

    /// <summary>Completes when the connections are up.</summary>
    public async Task<ClusterHost> ReadyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await Transfers.ReadyAsync(limit.Token);
        return this;
    }

    /// <summary>Completes when the cluster has so many nodes.</summary>
    public Task HasNodesAsync(int count) => Eventually.HoldsAsync(
        () => Cluster.State.Members.Count(member => member.Status == MemberStatus.Up) == count,
        () => $"{Cluster.SelfAddress} has {string.Join(", ", Cluster.State.Members)}");

    /// <summary>Stops it as an application does: it drains, hands over and leaves.</summary>
    public Task StopAsync() => _host.StopAsync();

    /// <summary>It is lost: no other node is told.</summary>
    public Task CrashAsync() => System.Terminate();

    /// <summary>Ends all nodes without the hand-overs of <see cref="StopAsync"/>.</summary>
    public static async Task DisposeAsync(IEnumerable<ClusterHost> nodes)
    {
        await Task.WhenAll(nodes.Select(node => node.CrashAsync()));
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
    }

    public async ValueTask DisposeAsync()
    {
        await CrashAsync();
        await _host.StopAsync();
        _host.Dispose();
    }
}
