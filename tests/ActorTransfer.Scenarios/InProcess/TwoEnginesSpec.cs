using ActorTransfer.Actors;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Two engines in one actor system.</summary>
public sealed class TwoEnginesSpec
{
    private const string Backup = "backup";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly LocalDomain _domain = new(Jid.Parse("local.test"));

    [Fact]
    public async Task Engines_of_a_joined_system_must_transfer_between_each_other_in_both_directions()
    {
        await using var application = await StartAsync();
        var (first, second) = Transfers(application.Services);
        await TransferAsync(first, second, LocalDomainHost.Receiver);
        await TransferAsync(second, first, LocalDomainHost.Sender);
    }

    [Fact]
    public async Task Engines_of_an_own_system_must_transfer_between_each_other()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(JoinedApplication.Users(_domain, "proxy.local.test", LocalDomainHost.Sender));
        builder.Services.AddActorTransfer<BackupEngine>(Backup, JoinedApplication.Users(_domain, "proxy2.local.test", LocalDomainHost.Receiver));
        using var host = builder.Build();
        await host.StartAsync();
        var (first, second) = Transfers(host.Services);
        await TransferAsync(first, second, LocalDomainHost.Receiver);
        await host.StopAsync();
    }

    [Fact]
    public async Task Each_engine_must_have_actors_a_dispatcher_and_services_under_its_name()
    {
        await using var application = await StartAsync();
        var services = application.Services;
        var (first, second) = Transfers(services);
        await Task.WhenAll(first.ReadyAsync(), second.ReadyAsync()).WaitAsync(MaxWait);
        Assert.Same(services.GetRequiredService<IFileTransfers>(), services.GetRequiredKeyedService<IFileTransfers>(Engine.Name));
        foreach (var (name, threads) in new[] { (Engine.Name, 2), (Backup, 3) })
        {
            await application.System.ActorSelection($"/user/{name}/transfers").ResolveOne(MaxWait);
            await application.System.ActorSelection($"/user/{name}-gateway").ResolveOne(MaxWait);
            Assert.Equal(threads, application.System.Settings.Config.GetInt($"{name}-bulk-dispatcher.dedicated-thread-pool.thread-count"));
            Assert.Equal(
                ["IAccounts", "IDiagnostics", "IFileTransfers", "IProxies"],
                new object[]
                {
                    services.GetRequiredKeyedService<IAccounts>(name), services.GetRequiredKeyedService<IDiagnostics>(name),
                    services.GetRequiredKeyedService<IFileTransfers>(name), services.GetRequiredKeyedService<IProxies>(name),
                }.Select(service => Assert.Single(service.GetType().GetInterfaces()).Name));
        }

        var backup = await services.GetRequiredService<IRequiredActor<BackupEngine>>().GetAsync();
        Assert.Equal($"/user/{Backup}-gateway", backup.Path.ToStringWithoutAddress());
        Assert.NotEqual(backup, await services.GetRequiredService<IRequiredActor<ActorTransferEngine>>().GetAsync());
    }

    [Fact]
    public async Task Settings_of_one_engine_must_not_apply_to_the_other()
    {
        await using var application = await StartAsync();
        var first = application.Services.GetRequiredService<EngineInstance>().Settings;
        var second = application.Services.GetRequiredKeyedService<EngineInstance>(Backup).Settings;
        Assert.Equal((10_000, 7), (first.Transfers.Admission.MaxActive, second.Transfers.Admission.MaxActive));
        Assert.Equal((2, 3), (first.Bulk.Threads, second.Bulk.Threads));
    }

    [Fact]
    public async Task Shutdown_must_last_as_long_as_the_engine_with_the_longest_drain_timeout()
    {
        await using var application = await StartAsync();
        Assert.Equal(
            TimeSpan.FromSeconds(94),
            application.System.Settings.Config.GetTimeSpan("akka.coordinated-shutdown.phases.service-requests-done.timeout"));
    }

    [Fact]
    public async Task End_of_one_engine_must_not_affect_the_other()
    {
        await using var application = await StartAsync();
        var (first, second) = Transfers(application.Services);
        application.System.ActorSelection($"/user/{Backup}").Tell(PoisonPill.Instance);
        await application.Services.GetRequiredKeyedService<EngineInstance>(Backup).Lifetime.Ended.WaitAsync(MaxWait);
        await Assert.ThrowsAsync<EngineException>(() => second.ReadyAsync().WaitAsync(MaxWait));
        await first.ReadyAsync().WaitAsync(MaxWait);
    }

    [Fact]
    public async Task Engine_that_cannot_start_must_not_affect_the_other()
    {
        using var port = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        port.Start();
        await using var application = await JoinedApplication.StartAsync(akka => akka
            .WithActorTransfer(options => options.AddLocalUser(_domain, LocalDomainHost.Sender))
            .WithActorTransfer<BackupEngine>(Backup, options => options.AddLocalProxy(
                _domain, Jid.Parse("proxy.local.test"), (System.Net.IPEndPoint)port.LocalEndpoint)));
        var (first, second) = Transfers(application.Services);
        await Assert.ThrowsAsync<EngineException>(() => second.ReadyAsync().WaitAsync(MaxWait));
        await first.ReadyAsync().WaitAsync(MaxWait);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("-backup")]
    [InlineData("back up")]
    [InlineData("backup\n")]
    public void Name_that_is_not_valid_in_a_path_must_be_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddActorTransfer<BackupEngine>(name, _ => { }));

    [Fact]
    public async Task Second_engine_without_a_name_of_its_own_must_be_refused()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            JoinedApplication.StartAsync(akka => akka.WithActorTransfer(_ => { }).WithActorTransfer(_ => { })));
        Assert.Contains("WithActorTransfer<TKey>", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The second engine of an application has a connection to the same domain; when one application stops, the other goes on.</summary>
    [Fact]
    public async Task Stop_of_one_host_must_end_its_transfers_and_leave_the_engines_of_another_host_running()
    {
        await using var staying = await StartAsync();
        var visitor = Jid.Parse("visitor@local.test/home");
        var leaving = await JoinedApplication.StartAsync(akka => akka.WithActorTransfer(options =>
        {
            options.DrainTimeout = TimeSpan.FromMilliseconds(1);
            options.AddLocalUser(_domain, visitor);
        }));
        var (first, second) = Transfers(staying.Services);
        var remote = leaving.Services.GetRequiredService<IFileTransfers>();
        await remote.ReadyAsync().WaitAsync(MaxWait);
        var sent = await remote.SendAsync(LocalDomainHost.Receiver, new MemoryStream([1]), new FileDescription("a.bin", 1));
        await leaving.DisposeAsync();
        Assert.IsType<TransferOutcome.Cancelled>(await sent.Completion.WaitAsync(MaxWait));
        await TransferAsync(first, second, LocalDomainHost.Receiver);
    }

    private Task<JoinedApplication> StartAsync() => JoinedApplication.StartAsync(akka => akka
        .WithActorTransfer(options =>
        {
            options.WithHocon("actor-transfer.bulk.threads = 2");
            JoinedApplication.Users(_domain, "proxy.local.test", LocalDomainHost.Sender)(options);
        })
        .WithActorTransfer<BackupEngine>(Backup, options =>
        {
            options.WithHocon("actor-transfer { bulk.threads = 3, transfers { max-active = 7, drain-timeout = 90s } }");
            JoinedApplication.Users(_domain, "proxy2.local.test", LocalDomainHost.Receiver)(options);
        }));

    private static (IFileTransfers First, IFileTransfers Second) Transfers(IServiceProvider services) =>
        (services.GetRequiredService<IFileTransfers>(), services.GetRequiredKeyedService<IFileTransfers>(Backup));

    private static async Task TransferAsync(IFileTransfers from, IFileTransfers to, Jid receiver)
    {
        await Task.WhenAll(from.ReadyAsync(), to.ReadyAsync()).WaitAsync(MaxWait);
        using var received = new MemoryStream();
        byte[] bytes = [.. Enumerable.Range(0, 100_000).Select(at => (byte)at)];
        const string name = "between-engines.bin"; // other offers may be pending
        var sent = await from.SendAsync(receiver, new MemoryStream(bytes), new FileDescription(name, bytes.Length));
        await using var offers = to.IncomingAsync().GetAsyncEnumerator();
        do
        {
            Assert.True(await offers.MoveNextAsync().AsTask().WaitAsync(MaxWait));
        }
        while (offers.Current.File.Name != name);
        var incoming = await offers.Current.AcceptAsync(new StreamDestination(received));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await incoming.Completion.WaitAsync(MaxWait));
        Assert.Equal(bytes, received.ToArray());
    }

    private sealed class BackupEngine;
}
