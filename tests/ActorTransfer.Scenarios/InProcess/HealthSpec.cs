using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Scenarios.InProcess;

public sealed class HealthSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Running_engine_must_be_live_and_ready()
    {
        await using var host = await StartAsync(LocalDomainHost.Direct);
        var report = await Checks(host).CheckHealthAsync();
        Assert.Equal(["actor-transfer-live", "actor-transfer-ready"], report.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(report.Entries.Values, entry => Assert.Equal((HealthStatus.Healthy, 0), (entry.Status, entry.Data.Count)));
    }

    [Fact]
    public async Task Account_that_is_not_connected_must_degrade_an_engine_with_others_and_be_named()
    {
        using var silent = Listener();
        await using var host = await StartAsync(configure: options => options.AddClient(Unreachable(silent)), isReady: false);
        await EventuallyAsync(host, ActorTransferHealthChecks.Ready, entry => entry.Data.Keys.SequenceEqual(["account eve@north.example"]));
        var entry = await CheckAsync(host, ActorTransferHealthChecks.Ready);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("account eve@north.example: ", entry.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host, ActorTransferHealthChecks.Live)).Status);
    }

    [Fact]
    public async Task Engine_without_any_connected_account_must_not_be_ready()
    {
        using var silent = Listener();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options.AddClient(Unreachable(silent)));
        builder.Services.AddHealthChecks().AddActorTransfer();
        using var host = builder.Build();
        var checks = host.Services.GetRequiredService<HealthCheckService>();
        await host.StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(checks, ActorTransferHealthChecks.Live)).Status); // has started
        var ready = await CheckAsync(checks, ActorTransferHealthChecks.Ready);
        Assert.Equal((HealthStatus.Unhealthy, "account eve@north.example"), (ready.Status, Assert.Single(ready.Data).Key));
        await host.StopAsync();
        var live = await CheckAsync(checks, ActorTransferHealthChecks.Live);
        Assert.Equal(HealthStatus.Unhealthy, live.Status);
        Assert.Contains("stopped", live.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(checks, ActorTransferHealthChecks.Ready)).Status);
    }

    [Fact]
    public async Task Listener_that_is_not_bound_must_degrade_the_engine()
    {
        using var taken = Listener();
        await using var host = await StartAsync(
            $"{LocalDomainHost.Direct}\nactor-transfer.stream-host.port = {((IPEndPoint)taken.LocalEndpoint).Port}");
        var entry = await CheckAsync(host, ActorTransferHealthChecks.Ready);
        Assert.Equal((HealthStatus.Degraded, "stream-host"), (entry.Status, Assert.Single(entry.Data).Key));
    }

    [Fact]
    public async Task Disk_below_its_reserve_must_degrade_the_engine_and_refuse_offers()
    {
        await using var host = await StartAsync("actor-transfer.files.disk-reserve = 1000000GiB");
        var entry = await CheckAsync(host, ActorTransferHealthChecks.Ready);
        Assert.Equal((HealthStatus.Degraded, "disk"), (entry.Status, Assert.Single(entry.Data).Key));

        var accepting = host.AcceptNextAsync();
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new MemoryStream(new byte[10]), new FileDescription("a.bin", 10), new SendOptions("iphone"));
        var received = await accepting;
        var failed = Assert.IsType<TransferOutcome.Failed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Peer, FailureReason.Overloaded), (failed.Side, failed.Reason));
        Assert.IsNotType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Empty(Directory.GetFiles(host.Folder));
    }

    [Fact]
    public async Task Draining_engine_must_not_be_ready()
    {
        await using var host = await StartAsync();
        (await PartsAsync(host)).Transfers.Tell(new Msg.Drain());
        var entry = await CheckAsync(host, ActorTransferHealthChecks.Ready);
        Assert.Equal((HealthStatus.Unhealthy, "transfers"), (entry.Status, Assert.Single(entry.Data).Key));
    }

    [Fact]
    public async Task Actor_that_does_not_respond_must_be_named_and_end_the_liveness()
    {
        await using var host = await StartAsync();
        var parts = await PartsAsync(host);
        await parts.Connections["iphone"].GracefulStop(MaxWait);
        var entry = await CheckAsync(host, ActorTransferHealthChecks.Live);
        Assert.Equal((HealthStatus.Unhealthy, "account iphone"), (entry.Status, Assert.Single(entry.Data).Key));
    }

    [Fact]
    public void Timeout_must_be_positive() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddHealthChecks().AddActorTransfer(TimeSpan.Zero));

    private static TcpListener Listener()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    /// <summary>A server that accepts and says nothing.</summary>
    private static ClientAccount Unreachable(TcpListener silent) =>
        new()
        {
            Jid = Jid.Parse("eve@north.example"),
            Host = "127.0.0.1",
            Port = ((IPEndPoint)silent.LocalEndpoint).Port,
            Tls = TlsMode.Off,
            Password = "secret",
        };

    private static Task<LocalDomainHost> StartAsync(string hocon = "", Action<ActorTransferOptions>? configure = null, bool isReady = true) =>
        LocalDomainHost.StartAsync(hocon, configure, services: (services, _) => services.AddHealthChecks().AddActorTransfer(), isReady: isReady);

    private static Task<Engine.Parts> PartsAsync(LocalDomainHost host) => host.Services.GetRequiredService<EngineInstance>().Lifetime.Parts;

    private static HealthCheckService Checks(LocalDomainHost host) => host.Services.GetRequiredService<HealthCheckService>();

    private static Task<HealthReportEntry> CheckAsync(LocalDomainHost host, string tag) => CheckAsync(Checks(host), tag);

    private static async Task<HealthReportEntry> CheckAsync(HealthCheckService checks, string tag) =>
        Assert.Single((await checks.CheckHealthAsync(check => check.Tags.Contains(tag)).WaitAsync(MaxWait)).Entries).Value;

    /// <summary>The accounts of the domain connect one after another.</summary>
    private static async Task EventuallyAsync(LocalDomainHost host, string tag, Func<HealthReportEntry, bool> condition)
    {
        using var over = new CancellationTokenSource(MaxWait);
        while (!condition(await CheckAsync(host, tag)))
        {
            over.Token.ThrowIfCancellationRequested();
        }
    }
}
