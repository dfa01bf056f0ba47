using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Hosting.Configuration;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;

namespace ActorTransfer;

/// <summary>Adds engines to the actor system of an application.</summary>
public static class ActorTransferAkka
{
    /// <summary>
    /// Adds the default engine to the actor system of the application: actors <c>/user/actor-transfer</c> and <c>/user/actor-transfer-gateway</c>,
    /// <c>IRequiredActor&lt;ActorTransferEngine&gt;</c>, the dispatcher <c>actor-transfer-bulk-dispatcher</c>, and a task of the coordinated shutdown. Name,
    /// log level, loggers, formatter, scheduler and other dispatchers of the system are unchanged. <c>AddActorTransferServices</c> makes
    /// <see cref="IFileTransfers"/> and the other services injectable. When the system stops, no new transfer or pair of a proxy begins, and active ones get
    /// <see cref="ActorTransferOptions.DrainTimeout"/>; then transfers are cancelled on both sides and pairs are closed.
    /// </summary>
    /// <param name="akka">The actor system.</param>
    /// <param name="configure">Options of the engine.</param>
    /// <exception cref="ConfigurationException">Invalid settings; all are listed.</exception>
    /// <exception cref="InvalidOperationException">The actor system already has a default engine.</exception>
    public static AkkaConfigurationBuilder WithActorTransfer(this AkkaConfigurationBuilder akka, Action<ActorTransferOptions> configure) =>
        akka.WithActorTransfer<ActorTransferEngine>(Engine.Name, configure);

    /// <summary>
    /// Adds another engine, with accounts, settings, actors (<c>/user/{name}</c>), a dispatcher (<c>{name}-bulk-dispatcher</c>) and a shutdown task of its own;
    /// otherwise as <see cref="WithActorTransfer(AkkaConfigurationBuilder, Action{ActorTransferOptions})"/>. Its services are keyed by its name:
    /// <c>[FromKeyedServices("name")] IFileTransfers</c>.
    /// </summary>
    /// <typeparam name="TKey">
    /// A type of the application, the key of the engine's actor: <c>IRequiredActor&lt;TKey&gt;</c>, see <see cref="ActorTransferEngine"/>.
    /// </typeparam>
    /// <param name="akka">The actor system.</param>
    /// <param name="name">Name of the engine: letters, digits and hyphens.</param>
    /// <param name="configure">Options of the engine.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="ConfigurationException">Invalid settings; all are listed.</exception>
    /// <exception cref="InvalidOperationException">The actor system already has an engine of this name.</exception>
    public static AkkaConfigurationBuilder WithActorTransfer<TKey>(this AkkaConfigurationBuilder akka, string name, Action<ActorTransferOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(akka);
        ArgumentNullException.ThrowIfNull(configure);
        EngineName.Check(name);
        var options = new ActorTransferOptions();
        configure(options);
        return akka.WithActorTransfer<TKey>(name, options);
    }

    /// <summary>Adds an engine to the actor system of an application.</summary>
    internal static AkkaConfigurationBuilder WithActorTransfer<TKey>(this AkkaConfigurationBuilder akka, string name, ActorTransferOptions options) =>
        options.Hocon.HasPath("akka")
            ? throw new ConfigurationException("akka: this section is for the actor system, which is the application's; add it with AddHocon in AddAkka.")
            : akka.Join<TKey>(name, options);

    /// <summary>Adds only what the engine needs: the actor system may be the application's.</summary>
    internal static AkkaConfigurationBuilder Join<TKey>(this AkkaConfigurationBuilder akka, string name, ActorTransferOptions options)
    {
        var setup = EngineSetup.Read(options);
        var settings = setup.Settings with { Bulk = setup.Settings.Bulk with { Dispatcher = BulkSettings.DispatcherOf(name) } };
        var engines = EngineTable.Of(akka);
        var known = engines.DrainTimeout;
        var engine = new EngineInstance(name, options, setup with { Settings = settings });
        engines.Add(engine);
        ShutdownPhase.Configure(akka, known, settings.Transfers.DrainTimeout);
        return akka
            .AddHocon(settings.Bulk.ToDispatcher(), HoconAddMode.Append)
            .WithActors((system, registry, resolver) => engine.Start<TKey>(system, registry, resolver.GetService<IServiceProvider>()));
    }
}
