using ActorTransfer.Actors.Settings;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Cluster.Tests;

/// <summary>Which values the actor system of a node has in the end: those of <c>cluster.conf</c>, unless the application has its own.</summary>
public sealed class ConfigurationSpec
{
    private const string DurableKeys = "akka.cluster.sharding.distributed-data.durable.keys";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Defaults_must_apply_wherever_the_node_is_added(bool first)
    {
        var actual = await ConfigAsync(akka => _ = first
            ? AddNode(akka).WithRemoting("127.0.0.1", 0).WithClustering()
            : AddNode(akka.WithRemoting("127.0.0.1", 0).WithClustering()));
        var keys = KeysOf(EngineSettings.Embedded("cluster").Root, "").ToDictionary();
        Assert.Contains("akka.cluster.split-brain-resolver.stable-after", keys.Keys);
        Assert.Equal(keys, keys.Keys.ToDictionary(key => key, key => actual.GetString(key, "(missing)")));
        Assert.Empty(actual.GetStringList(DurableKeys));
    }

    [Fact]
    public async Task Options_of_the_application_must_precede()
    {
        var actual = await ConfigAsync(akka => AddNode(akka
            .WithRemoting("127.0.0.1", 0)
            .WithClustering(new ClusterOptions { SplitBrainResolver = new KeepOldestOption() })));
        Assert.Equal("keep-oldest", actual.GetString("akka.cluster.split-brain-resolver.active-strategy"));
    }

    [Theory]
    [InlineData(HoconAddMode.Prepend)]
    [InlineData(HoconAddMode.Append)]
    public async Task Hocon_of_the_application_must_precede(HoconAddMode mode)
    {
        var own = new Dictionary<string, string>
        {
            ["akka.coordinated-shutdown.run-by-clr-shutdown-hook"] = "on",
            ["akka.cluster.downing-provider-class"] = "Akka.Cluster.NoDowning, Akka.Cluster",
            ["akka.cluster.split-brain-resolver.stable-after"] = "7s",
            ["akka.cluster.run-coordinated-shutdown-when-down"] = "off",
            ["akka.remote.dot-netty.tcp.maximum-frame-size"] = "2MiB",
            ["akka.remote.dot-netty.tcp.send-buffer-size"] = "2MiB",
            ["akka.remote.dot-netty.tcp.receive-buffer-size"] = "2MiB",
        };
        var hocon = string.Join('\n', own.Select(setting => $"{setting.Key} = \"{setting.Value}\"")) + $"\n{DurableKeys} = [\"mine-*\"]";
        var actual = await ConfigAsync(akka => AddNode(akka.AddHocon(hocon, mode).WithRemoting("127.0.0.1", 0).WithClustering()));
        Assert.Equal(own, own.Keys.ToDictionary(key => key, key => actual.GetString(key, "(missing)")));
        Assert.Equal(["mine-*"], actual.GetStringList(DurableKeys));
    }

    private static AkkaConfigurationBuilder AddNode(AkkaConfigurationBuilder akka) =>
        akka.WithActorTransferCluster(options => options.AddAccounts(new Accounts.FixedDirectory()));

    private static async Task<Config> ConfigAsync(Action<AkkaConfigurationBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransferClusterServices().AddAkka("cluster", akka => configure(akka.ConfigureLoggers(loggers =>
        {
            loggers.ClearLoggers();
            loggers.AddLoggerFactory();
        })));
        using var host = builder.Build();
        await host.StartAsync();
        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;
        await host.StopAsync();
        return config;
    }

    /// <summary>The keys that have values of their own, as paths.</summary>
    private static IEnumerable<(string Key, string Value)> KeysOf(HoconValue value, string path) => value.IsObject()
        ? value.GetObject().Items.SelectMany(item => KeysOf(item.Value, $"{path}{(path.Length > 0 ? "." : "")}{Quote(item.Key)}"))
        : [(path, value.GetString())];

    private static string Quote(string key) => key.Contains('.', StringComparison.Ordinal) ? $"\"{key}\"" : key;
}
