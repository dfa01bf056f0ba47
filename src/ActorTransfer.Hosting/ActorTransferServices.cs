using System.Globalization;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Hosting.Logging;
using ActorTransfer.Protocol.ProxyService;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorTransfer;

/// <summary>Embeds the engine into a host.</summary>
public static class ActorTransferServices
{
    /// <summary>What cancelled transfers have to tell their peers and to release.</summary>
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Adds an actor system with the engine, and <see cref="IFileTransfers"/>, <see cref="IAccounts"/>,
    /// <see cref="IProxies"/> and <see cref="IDiagnostics"/>. Log events go to <see cref="ILoggerFactory"/> with named properties. If the application has called
    /// <c>AddAkka</c> before, the engine joins that system instead, whose name, log level, loggers and formatter stay as they are. On shutdown no new
    /// transfer or pair of a proxy begins and those that are active get <see cref="ActorTransferOptions.DrainTimeout"/>; then transfers are cancelled on both sides
    /// and pairs are closed.
    /// </summary>
    /// <exception cref="Akka.Configuration.ConfigurationException">Settings that make no sense; all are listed.</exception>
    public static IServiceCollection AddActorTransfer(this IServiceCollection services, Action<ActorTransferOptions> configure)
    {
        var options = new ActorTransferOptions();
        configure(options);
        var settings = EngineSettings.Read(options.Hocon);
        services.AddSingleton(options);
        services.AddSingleton<FileTransfers>();
        services.AddSingleton<IFileTransfers>(provider => provider.GetRequiredService<FileTransfers>());
        services.AddSingleton<IAccounts, Accounts>();
        services.AddSingleton<IProxies, Proxies>();
        services.AddSingleton<IDiagnostics, Diagnostics>();
        var application = services.LastOrDefault(service => service.ServiceType == typeof(AkkaConfigurationBuilder))?.ImplementationFactory;
        return application is null
            ? services.AddAkka(options.SystemName, akka => Join(Own(akka, options), options, settings))
            : services.AddSingleton(provider => Join((AkkaConfigurationBuilder)application(provider), options, settings));
    }

    /// <summary>What the engine needs of its actor system, and no more: the system may be the application's.</summary>
    private static AkkaConfigurationBuilder Join(AkkaConfigurationBuilder akka, ActorTransferOptions options, EngineSettings settings) => akka
        .AddHocon(options.Hocon, HoconAddMode.Prepend)
        .AddHocon(settings.Bulk.ToDispatcher(), HoconAddMode.Append)
        .AddHocon(Shutdown(settings.Transfers.DrainTimeout), HoconAddMode.Append)
        .WithActors((system, registry) => Start(system, registry, options, settings));

    /// <summary>An actor system for the engine alone.</summary>
    private static AkkaConfigurationBuilder Own(AkkaConfigurationBuilder akka, ActorTransferOptions options) => akka
        // Standard output is the application's: Akka writes there when it starts and stops, before and after its loggers.
        .AddHocon("akka.stdout-loglevel = OFF, akka.actor.ask-timeout = 10s, akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Append)
        .AddHocon($"akka.stdout-logger-class = \"{typeof(SilentLogger).AssemblyQualifiedName}\"", HoconAddMode.Append)
        .ConfigureLoggers(loggers =>
        {
            loggers.LogLevel = options.LogLevel;
            loggers.AddLogger<CategoryLogger>();
        });

    /// <summary>Akka cuts a phase of its shutdown at 5 s: this one lasts as long as what it waits for.</summary>
    private static string Shutdown(TimeSpan drain) => string.Create(
        CultureInfo.InvariantCulture,
        $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceRequestsDone}.timeout = {(drain + (2 * s_goodbye)).TotalMilliseconds:0}ms");

    private static void Start(ActorSystem system, IActorRegistry registry, ActorTransferOptions options, EngineSettings settings)
    {
        var gateway = system.ActorOf(TransferGateway.Props(), "actor-transfer-gateway");
        // Before the engine is there: what keeps it from starting must not be missed.
        system.EventStream.Subscribe(gateway, typeof(Engine.Fault));
        var engine = system.ActorOf(EngineActor.Props(options.Build(), settings), Engine.Name);
        gateway.Tell(new TransferGateway.Serve(engine));
        registry.Register<EngineActor>(engine);
        registry.Register<TransferGateway>(gateway);
        CoordinatedShutdown.Get(system).AddTask(
            CoordinatedShutdown.PhaseServiceRequestsDone, "drain-transfers", () => DrainAsync(engine, gateway, settings.Transfers.DrainTimeout));
    }

    /// <summary>
    /// An engine that never started has nothing to drain, and does not answer. Transfers are told by the engine, behind whatever the application has said
    /// before, and the last look at the gateway is behind the outcomes that it hears of: when the system stops, all of them are known.
    /// </summary>
    private static async Task<Akka.Done> DrainAsync(IActorRef engine, IActorRef gateway, TimeSpan within)
    {
        if (await PartsAsync(gateway).ConfigureAwait(false) is { } parts)
        {
            var proxies = parts.Proxies.Values.Select(proxy => AskAsync<BytestreamsProxy.Drained>(proxy, new BytestreamsProxy.Drain(), within));
            Task[] drains = [AskAsync<Transfers.Drained>(engine, new Transfers.Drain(within), within + s_goodbye), .. proxies];
            await Task.WhenAll(drains).ConfigureAwait(false);
            await PartsAsync(gateway).ConfigureAwait(false);
        }

        return Akka.Done.Instance;
    }

    private static Task<Engine.Parts?> PartsAsync(IActorRef gateway)
    {
        var found = new TaskCompletionSource<Engine.Parts?>(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Tell(new TransferGateway.FindParts(found));
        return found.Task;
    }

    /// <summary>What does not end in time ends with its actor.</summary>
    private static async Task AskAsync<T>(IActorRef actor, object request, TimeSpan within)
    {
        try
        {
            await actor.Ask<T>(request, within).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // The pairs of a proxy have no end that could be asked for: their sockets are closed with it.
        }
    }
}
