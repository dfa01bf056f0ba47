using ActorTransfer.Actors;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Hosting.Monitoring;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ActorTransfer;

/// <summary>Adds engines to an application.</summary>
public static class ActorTransferServices
{
    /// <summary>
    /// Adds an actor system with the default engine, and its services, see <see cref="AddActorTransferServices"/>. The engine reads the section
    /// <c>ActorTransfer</c> of the application's configuration, see <see cref="ActorTransferOptions.WithConfiguration"/>. For applications without an actor
    /// system; others join theirs with <see cref="ActorTransferAkka.WithActorTransfer(AkkaConfigurationBuilder, Action{ActorTransferOptions})"/>. Log events go
    /// to <see cref="ILoggerFactory"/> with named properties. On shutdown no new transfer or pair of a proxy begins, and active ones get
    /// <see cref="ActorTransferOptions.DrainTimeout"/>; then transfers are cancelled on both sides and pairs are closed.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Options of the engine.</param>
    /// <remarks>
    /// The start of the application fails with one <see cref="Akka.Configuration.ConfigurationException"/> that lists everything that is wrong with options and
    /// configuration.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// The application has called <c>AddAkka</c>, or already has a default engine. If it calls <c>AddAkka</c> afterwards, its start fails with this exception.
    /// </exception>
    public static IServiceCollection AddActorTransfer(this IServiceCollection services, Action<ActorTransferOptions> configure) =>
        services.AddActorTransfer<ActorTransferEngine>(Engine.Name, configure);

    /// <summary>
    /// Adds another engine, in the actor system of the first one. <see cref="ActorTransferOptions.SystemName"/> and
    /// <see cref="ActorTransferOptions.LogLevel"/> are those of the first.
    /// </summary>
    /// <inheritdoc cref="ActorTransferAkka.WithActorTransfer{TKey}(AkkaConfigurationBuilder, string, Action{ActorTransferOptions})" path="/typeparam"/>
    /// <param name="services">The application's services.</param>
    /// <param name="name">Name of the engine: letters, digits and hyphens.</param>
    /// <param name="configure">Options of the engine.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">As with <see cref="AddActorTransfer(IServiceCollection, Action{ActorTransferOptions})"/>.</exception>
    public static IServiceCollection AddActorTransfer<TKey>(this IServiceCollection services, string name, Action<ActorTransferOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        EngineName.Check(name);
        var options = new ActorTransferOptions { IsDefault = name == Engine.Name };
        configure(options);
        Own(services, options).Add(options, akka => akka.Join<TKey>(name, options));
        return services.AddActorTransferServices();
    }

    /// <summary>
    /// Makes <see cref="IFileTransfers"/>, <see cref="IAccounts"/>, <see cref="IProxies"/>, <see cref="IDiagnostics"/> and <see cref="ITransferMonitor"/>
    /// injectable: without a key those of the default engine, and those of every engine with its name as the key; and drains the engines before the host stops
    /// its services. Needed with <c>WithActorTransfer</c>; <c>AddActorTransfer</c> includes it.
    /// </summary>
    /// <param name="services">The application's services.</param>
    public static IServiceCollection AddActorTransferServices(this IServiceCollection services)
    {
        Add(services, static (_, engine) => engine);
        Add(services, static (provider, engine) => new FileTransfers(System(provider), engine));
        Add<IFileTransfers>(services, static (provider, engine) => provider.GetRequiredKeyedService<FileTransfers>(engine.Name));
        Add<IAccounts>(services, static (provider, engine) => new Accounts(System(provider), engine));
        Add<IProxies>(services, static (provider, engine) => new Proxies(System(provider), engine.Lifetime));
        Add<IDiagnostics>(services, static (provider, engine) =>
            new Diagnostics(engine, provider.GetRequiredKeyedService<FileTransfers>(engine.Name), System(provider)));
        Add<ITransferMonitor>(services, static (provider, engine) => new TransferMonitor(System(provider), engine));
        return services.AddHostedService<EngineShutdown>();
    }

    private static void Add<T>(IServiceCollection services, Func<IServiceProvider, EngineInstance, T> create)
        where T : class
    {
        services.TryAddKeyedSingleton(KeyedService.AnyKey, (provider, key) => create(provider, Find(provider, key)));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<T>(Engine.Name));
    }

    private static EngineInstance Find(IServiceProvider provider, object? key) => EngineTable.Find(System(provider), key as string ?? "");

    private static ActorSystem System(IServiceProvider provider) => provider.GetRequiredService<ActorSystem>();

    /// <summary>The actor system of the engines; the first one makes it.</summary>
    private static OwnSystem Own(IServiceCollection services, ActorTransferOptions options)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(OwnSystem))?.ImplementationInstance is OwnSystem known)
        {
            return known;
        }

        if (services.Any(service => service.ServiceType == typeof(AkkaConfigurationBuilder)))
        {
            throw new InvalidOperationException(OwnSystem.Mixed);
        }

        var own = new OwnSystem();
        services.AddSingleton(own);
        services.AddHostedService<OwnSystem.Check>(); // before Akka's own, which starts the actors
        services.AddAkka(options.SystemName, own.Configure);
        return own;
    }
}
