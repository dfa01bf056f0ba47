using System.Diagnostics.Metrics;
using System.Globalization;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Hosting.Logging;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorTransfer;

/// <summary>Adds the engine to an application.</summary>
public static class ActorTransferServices
{
    /// <summary>
    /// Adds an actor system with the engine, and <see cref="IFileTransfers"/>, <see cref="IAccounts"/>, <see cref="IProxies"/> and
    /// <see cref="IDiagnostics"/>. Log events go to <see cref="ILoggerFactory"/> with named properties. If the application has called
    /// <c>AddAkka</c> before, the engine joins that system instead and leaves its name, log level, loggers and formatter unchanged. On shutdown no new
    /// transfer or pair of a proxy begins, and active ones get <see cref="ActorTransferOptions.DrainTimeout"/>; then transfers are cancelled on both sides
    /// and pairs are closed.
    /// </summary>
    /// <exception cref="Akka.Configuration.ConfigurationException">Invalid settings; all are listed.</exception>
    public static IServiceCollection AddActorTransfer(this IServiceCollection services, Action<ActorTransferOptions> configure)
    {
        var options = new ActorTransferOptions();
        configure(options);
        var settings = EngineSettings.Read(options.Hocon);
        services.AddSingleton(options);
        services.AddSingleton<EngineLifetime>();
        services.AddSingleton(provider => Policies.Of(provider, options.SystemName));
        services.AddSingleton<OfferRouter>();
        services.AddSingleton<FileTransfers>();
        services.AddSingleton<IFileTransfers>(provider => provider.GetRequiredService<FileTransfers>());
        services.AddSingleton<IAccounts, Accounts>();
        services.AddSingleton<IProxies, Proxies>();
        services.AddSingleton<IDiagnostics, Diagnostics>();
        services.AddHostedService(provider => new EngineShutdown(provider.GetRequiredService<EngineLifetime>(), settings.Transfers.DrainTimeout));
        var application = services.LastOrDefault(service => service.ServiceType == typeof(AkkaConfigurationBuilder))?.ImplementationFactory;
        return application is null
            ? services.AddAkka(options.SystemName, akka => Join(Own(akka, options), options, settings))
            : services.AddSingleton(provider => Join((AkkaConfigurationBuilder)application(provider), options, settings));
    }

    /// <summary>Adds only what the engine needs: the actor system may be the application's.</summary>
    private static AkkaConfigurationBuilder Join(AkkaConfigurationBuilder akka, ActorTransferOptions options, EngineSettings settings) => akka
        .AddHocon(options.Hocon, HoconAddMode.Prepend)
        .AddHocon(settings.Bulk.ToDispatcher(), HoconAddMode.Append)
        .AddHocon(Shutdown(settings.Transfers.DrainTimeout), HoconAddMode.Append)
        .WithActors((system, registry, services) => Start(system, registry, services, options, settings));

    /// <summary>A separate actor system for the engine.</summary>
    private static AkkaConfigurationBuilder Own(AkkaConfigurationBuilder akka, ActorTransferOptions options) => akka
        // Akka writes to standard output before its loggers start and after they stop; that is the application's.
        .AddHocon("akka.stdout-loglevel = OFF, akka.actor.ask-timeout = 10s, akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Append)
        .AddHocon($"akka.stdout-logger-class = \"{typeof(SilentLogger).AssemblyQualifiedName}\"", HoconAddMode.Append)
        .AddHocon($"akka.scheduler.implementation = \"{typeof(TimerScheduler).AssemblyQualifiedName}\"", HoconAddMode.Append)
        .ConfigureLoggers(loggers =>
        {
            loggers.LogLevel = options.LogLevel;
            loggers.AddLogger<CategoryLogger>();
        });

    /// <summary>Akka's default phase timeout is 5 s; this phase must last as long as what it waits for.</summary>
    private static string Shutdown(TimeSpan drain) => string.Create(
        CultureInfo.InvariantCulture,
        $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceRequestsDone}.timeout = {(drain + (2 * EngineShutdown.Goodbye)).TotalMilliseconds:0}ms");

    private static void Start(
        ActorSystem system, IActorRegistry registry, IDependencyResolver services, ActorTransferOptions options, EngineSettings settings)
    {
        EngineMetrics.Register(system, services.GetService<IMeterFactory>());
        var lifetime = services.GetService<EngineLifetime>();
        var offers = services.GetService<OfferRouter>();
        var gateway = system.ActorOf(TransferGateway.Props(lifetime), "actor-transfer-gateway");
        // Created before the engine, so that a failed start is not missed.
        system.EventStream.Subscribe(gateway, typeof(Engine.Fault));
        var engine = system.ActorOf(EngineActor.Props(options.Build(), settings), Engine.Name);
        gateway.Tell(new TransferGateway.Serve(engine));
        registry.Register<EngineActor>(engine);
        registry.Register<TransferGateway>(gateway);
        if (offers.HasPolicy)
        {
            offers.Subscribe(system, gateway);
        }

        CoordinatedShutdown.Get(system).AddTask(
            CoordinatedShutdown.PhaseServiceRequestsDone,
            "drain-transfers",
            () => EngineShutdown.DrainAsync(lifetime, settings.Transfers.DrainTimeout, CancellationToken.None));
    }
}
