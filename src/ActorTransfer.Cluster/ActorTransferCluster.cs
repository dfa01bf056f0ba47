using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Hosting.Internal;
using Akka.Configuration;
using Akka.Hosting;

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
        return akka
            .AddHocon(EngineSettings.Embedded("cluster"), HoconAddMode.Append)
            .WithActors((system, _) =>
            {
                var settings = EngineTable.Find(system, Engine.Name).Settings;
                foreach (var account in options.Shared)
                {
                    SharedHub.Start(system, account, settings.Connection);
                }

                foreach (var proxy in options.Proxies)
                {
                    proxy.Start(system, settings.Connection);
                }
            })
            .WithActorTransfer<ActorTransferEngine>(Engine.Name, options.Engine);
    }
}
