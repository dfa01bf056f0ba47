using System.Diagnostics.Metrics;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Accounts;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Nodes;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer;

/// <summary>Adds an engine that is a node of a cluster to the actor system of an application.</summary>
public static class ActorTransferCluster
{
    /// <summary>
    /// Adds the default engine, as <see cref="ActorTransferAkka.WithActorTransfer(AkkaConfigurationBuilder, Action{ActorTransferOptions})"/>, and shares
    /// connections with the other nodes of the cluster. Use it beside <c>WithRemoting(...)</c> and <c>WithClustering(...)</c>. Defaults for the cluster that it
    /// needs are in <c>hocon/cluster.conf</c>; the application's own values precede.
    /// </summary>
    /// <param name="akka">The actor system.</param>
    /// <param name="configure">Options of the node.</param>
    /// <exception cref="ConfigurationException">Invalid settings; all are listed.</exception>
    /// <exception cref="InvalidOperationException">The actor system already has a default engine.</exception>
    public static AkkaConfigurationBuilder WithActorTransferCluster(this AkkaConfigurationBuilder akka, Action<ActorTransferClusterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(akka);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ActorTransferClusterOptions();
        configure(options);
        if (options.HasAccounts)
        {
            AccountRegion.Configure(akka);
        }

        return akka
            .AddHocon(EngineSettings.Embedded("cluster"), HoconAddMode.Append)
            .WithActors((system, _, resolver) =>
            {
                var engine = EngineTable.Find(system, Engine.Name);
                var settings = engine.Settings;
                var others = new OtherNodes(Akka.Cluster.Cluster.Get(system), TimeProvider.System);
                var facts = Observe(system, engine, others, resolver.GetService<IMeterFactory>());
                foreach (var account in options.Shared)
                {
                    SharedHub.Start(system, account, settings.Connection, facts);
                }

                foreach (var proxy in options.Proxies)
                {
                    proxy.Start(system, settings.Connection, facts);
                }

                if (options.HasAccounts)
                {
                    var services = resolver.GetService<IServiceProvider>();
                    var directory = options.Directory ?? services.GetRequiredService<IAccountDirectory>();
                    AccountRegion.Start(system, engine, directory, services.GetService<IContentResolver>(), options, facts, others);
                }
            })
            .WithActorTransfer<ActorTransferEngine>(Engine.Name, options.Engine);
    }

    /// <summary>What operators see of the nodes.</summary>
    private static NodeFacts Observe(ActorSystem system, EngineInstance engine, OtherNodes others, IMeterFactory? meters)
    {
        EngineMetrics.Register(system, meters); // the engine starts later
        var (facts, view) = (new NodeFacts(), new ClusterView(Akka.Cluster.Cluster.Get(system)));
        engine.Cluster = view;
        system.ActorOf(NodeReportsActor.Props(facts, view, others), NodeReportsActor.Name);
        ClusterMetrics.AddTo(EngineMetrics.Of(system).Meter, facts, view.Count);
        return facts;
    }
}
