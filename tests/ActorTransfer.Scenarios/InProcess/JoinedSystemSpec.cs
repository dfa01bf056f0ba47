using ActorTransfer.Actors;
using ActorTransfer.Protocol;
using ActorTransfer.Scenarios.Prosody;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Hosting;
using Akka.Hosting.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The engine in an actor system that the application has created.</summary>
public sealed class JoinedSystemSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly LocalDomain _domain = new(Jid.Parse("local.test"));

    [Fact]
    public async Task Joined_system_must_keep_its_name_loggers_and_formatter()
    {
        await using var application = await StartAsync();
        var system = application.System;

        Assert.Equal("application", system.Name);
        Assert.IsType<JoinedApplication.Formatter>(system.Settings.LogFormatter);
        Assert.Equal([typeof(LoggerFactoryLogger).AssemblyQualifiedName], system.Settings.Loggers);
        Assert.Equal(("WARNING", "Debug"), (system.Settings.StdoutLogLevel, system.Settings.LogLevel));
    }

    /// <summary>Compares every value of the whole configuration, before and after.</summary>
    [Fact]
    public async Task Configuration_of_a_joined_system_must_gain_a_dispatcher_and_a_drain_timeout_and_nothing_else()
    {
        await using var before = await JoinedApplication.StartAsync();
        await using var after = await StartAsync();
        var (old, now) = (Values(before.System.Settings.Config), Values(after.System.Settings.Config));

        Assert.Empty(old.Keys.Except(now.Keys));
        Assert.DoesNotContain(old.Keys, key => old[key] != now[key]);
        Assert.Equal(
            ["akka.coordinated-shutdown.phases.service-requests-done.timeout"],
            now.Keys.Except(old.Keys).Where(key => !key.StartsWith("actor-transfer-bulk-dispatcher.", StringComparison.Ordinal)));
        Assert.Equal(5, after.System.Settings.Config.GetInt("orders-dispatcher.throughput"));
        Assert.Equal(before.System.Scheduler.GetType(), after.System.Scheduler.GetType());
    }

    [Fact]
    public async Task Settings_of_the_actor_system_must_be_refused_in_the_options_of_an_engine_that_joins_it()
    {
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() => JoinedApplication.StartAsync(akka =>
            akka.WithActorTransfer(options => options.WithHocon("akka.loglevel = OFF"))));
        Assert.StartsWith("akka:", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_peers_must_not_forge_lines_with_any_logger_of_a_joined_system()
    {
        const string name = "a\n[12:00:00 ERR] forged\u061C\u202Egnp.exe";
        using var log = new LogLines();
        await using var application = await StartAsync(log);
        var transfers = application.Services.GetRequiredService<IFileTransfers>();
        await transfers.ReadyAsync().WaitAsync(MaxWait);

        var sent = await transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream([1]), new FileDescription(name, 1), new SendOptions("iphone"));
        await using var offers = transfers.IncomingAsync().GetAsyncEnumerator();
        Assert.True(await offers.MoveNextAsync().AsTask().WaitAsync(MaxWait));
        await offers.Current.RejectAsync("no\nyes\u202E");
        Assert.IsType<TransferOutcome.Refused>(await sent.Completion.WaitAsync(MaxWait));
        await log.HasAsync("forged", MaxWait);
        await log.HasAsync("yes", MaxWait);
        await application.StopAsync();

        Assert.Contains(log.Lines, line => line.Contains("application's: Transfer", StringComparison.Ordinal));
        Assert.All(log.Lines, line => Assert.True(PrintableText.IsPrintable(line, int.MaxValue), line));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Application_with_an_actor_system_must_not_start_with_a_second_one(bool isAkkaFirst)
    {
        var builder = Host.CreateApplicationBuilder();
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            _ = isAkkaFirst ? builder.Services.AddAkka("application", _ => { }) : builder.Services;
            builder.Services.AddActorTransfer(_ => { });
            _ = isAkkaFirst ? builder.Services : builder.Services.AddAkka("application", _ => { });
            using var host = builder.Build();
            await host.StartAsync();
        });
        Assert.Contains("WithActorTransfer", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_of_an_engine_that_does_not_exist_must_fail_with_the_names_of_those_that_do()
    {
        await using var application = await StartAsync();
        var fault = Assert.Throws<InvalidOperationException>(() => application.Services.GetRequiredKeyedService<IFileTransfers>("backup"));
        Assert.Contains("backup", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"It has: {Engine.Name}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Applications_that_do_not_use_the_services_must_reach_the_engine_through_its_actor()
    {
        await using var application = await StartAsync();
        var engine = await application.Services.GetRequiredService<IRequiredActor<ActorTransferEngine>>().GetAsync();
        var status = await engine.Ask<ActorTransferEngine.EngineStatus>(new ActorTransferEngine.GetStatus(), MaxWait);
        Assert.Empty(status.Transfers);
        Assert.Equal("/user/actor-transfer-gateway", engine.Path.ToStringWithoutAddress());
    }

    private Task<JoinedApplication> StartAsync(LogLines? log = null) => JoinedApplication.StartAsync(
        akka => akka.WithActorTransfer(JoinedApplication.Users(_domain, "proxy.local.test", LocalDomainHost.Sender, LocalDomainHost.Receiver)), log);

    private static Dictionary<string, string> Values(Config config)
    {
        var values = new Dictionary<string, string>();
        Add("", config.Root);
        return values;

        void Add(string path, HoconValue value)
        {
            if (value.GetObject() is not { } section)
            {
                values[path] = value.ToString();
                return;
            }

            foreach (var (key, child) in section.Items)
            {
                Add(path.Length == 0 ? key : $"{path}.{key}", child);
            }
        }
    }
}
