using System.Globalization;
using ActorTransfer.Actors;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Cluster.Nodes;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Hosting;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>Starts what a node needs for the accounts of the cluster.</summary>
internal static class AccountRegion
{
    /// <summary>
    /// Number of shards, the same in all versions: an account is in the shard that the hash of its name gives, and a shard moves as a whole. Ten times as many
    /// as nodes are enough to spread them.
    /// </summary>
    public const int Shards = 500;

    /// <summary>Name of the kind of entities.</summary>
    public const string TypeName = $"{Engine.Name}-accounts";

    private const string DurableKeys = "akka.cluster.sharding.distributed-data.durable.keys";

    /// <summary>Besides the transfers, for the links.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Which accounts there are is remembered by the nodes, not on disk: after a stop of all nodes the application's directory tells it again. Akka's default,
    /// which <c>WithClustering</c> adds, is changed, a value of the application is not.
    /// </summary>
    public static void Configure(AkkaConfigurationBuilder akka)
    {
        if (akka.Configuration.GetOrElse(Config.Empty).GetStringList(DurableKeys, ["shard-*"]) is ["shard-*"])
        {
            akka.AddHocon($"{DurableKeys} = []", HoconAddMode.Prepend);
        }
    }

    /// <summary>Starts the region of this node.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="engine">The engine of this node.</param>
    /// <param name="directory">The application's accounts.</param>
    /// <param name="resolver">The application's content; null = there is none.</param>
    /// <param name="options">Options of the node.</param>
    /// <param name="facts">What this node has.</param>
    /// <param name="others">The other nodes.</param>
    public static void Start(
        ActorSystem system,
        EngineInstance engine,
        IAccountDirectory directory,
        IContentResolver? resolver,
        ActorTransferClusterOptions options,
        NodeFacts facts,
        OtherNodes others)
    {
        var leaves = (string account) => facts.IsMoving(account) || (engine.Lifetime.IsDraining && others.CanTakeOver);
        var sends = system.ActorOf(RemoteSendsActor.Props(engine, resolver, leaves), $"{Engine.Name}-remote-sends");
        var services = new AccountServices(engine, directory, sends, options.Define, facts, others);
        var region = ClusterSharding.Get(system).Start(
            TypeName,
            name => AccountEntity.Props(name, services),
            Settings(system, services.DrainTimeout + s_margin),
            new Extractor(),
            ShardAllocationStrategy.LeastShardAllocationStrategy(absoluteLimit: 20, relativeLimit: 0.1),
            AccountEntity.StopAccount.Instance);
        system.ActorOf(
            ClusterSingletonManager.Props(
                AccountStarterActor.Props(directory, region, options.AccountsReadAgain, engine.Lifetime),
                PoisonPill.Instance,
                ClusterSingletonManagerSettings.Create(system)),
            $"{Engine.Name}-account-starter");
        var guests = system.ActorOf(
            GuestAccountsActor.Props(
                async () => (await engine.Lifetime.RunningAsync(CancellationToken.None).ConfigureAwait(false)).Engine,
                region.Path.ToStringWithoutAddress()),
            $"{Engine.Name}-guests");
        var locator = new AccountLocator(region, Akka.Cluster.Cluster.Get(system).SelfAddress.ToString());
        engine.Remote = new AccountRouter(system, engine, locator, guests, options.SharedFolders, facts);
        engine.Lifetime.Draining += () =>
        {
            system.ActorSelection($"/user/{NodeReportsActor.Name}").Tell(NodeReportsActor.Leave.Instance);
            region.Tell(GracefulShutdown.Instance);
        };
    }

    /// <summary>The application's own settings of sharding stay as they are.</summary>
    private static ClusterShardingSettings Settings(ActorSystem system, TimeSpan handOver)
    {
        var own = ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
            state-store-mode = ddata
            remember-entities = on
            remember-entities-store = ddata
            passivate-idle-entity-after = off
            handoff-timeout = {{handOver.TotalMilliseconds:0}}ms
            """));
        var sharding = own.WithFallback(system.Settings.Config.GetConfig("akka.cluster.sharding"));
        return ClusterShardingSettings.Create(sharding, system.Settings.Config.GetConfig(sharding.GetString("coordinator-singleton")));
    }

    private sealed class Extractor() : HashCodeMessageExtractor(Shards)
    {
        public override string? EntityId(object message) => message switch
        {
            AccountMessage.Start start => start.Account,
            AccountMessage.Locate locate => locate.Account,
            AccountMessage.Reload reload => reload.Account,
            AccountMessage.HandOver left => left.Account,
            AccountMessage.FindResource find => find.Account,
            AccountMessage.Send send => send.Account,
            LinkMessage.Register register => register.Link,
            _ => null,
        };
    }
}
