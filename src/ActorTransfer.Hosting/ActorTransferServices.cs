using ActorTransfer.Actors;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Hosting.Logging;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Hosting.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Hosting;

/// <summary>Embeds the engine into a host.</summary>
public static class ActorTransferServices
{
    /// <summary>
    /// Adds an actor system with the engine, and <see cref="IFileTransfers"/>, <see cref="IAccounts"/>,
    /// <see cref="IProxies"/> and <see cref="IDiagnostics"/>. Akka people find the engine as <c>IRequiredActor&lt;EngineActor&gt;</c> and
    /// speak to it in the terms of <see cref="Transfers"/>. Log events go to <see cref="ILoggerFactory"/> with named properties. On shutdown no new
    /// transfer or pair of a proxy begins and those that run get the time of Akka's <c>service-requests-done</c> phase.
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
        return services.AddAkka(options.SystemName, (akka, provider) => akka
            .AddHocon(options.Hocon, HoconAddMode.Prepend)
            .AddHocon(settings.Bulk.ToDispatcher(), HoconAddMode.Append)
            .AddHocon("akka.actor.ask-timeout = 10s, akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Append)
            .AddSetup(new LoggerFactorySetup(provider.GetRequiredService<ILoggerFactory>()))
            .ConfigureLoggers(loggers => Log(loggers, options))
            .AddHocon($"akka.logger-formatter = \"{typeof(NamedTemplateFormatter).AssemblyQualifiedName}\"", HoconAddMode.Prepend)
            .WithActors((system, registry) => Start(system, registry, options, settings)));
    }

    private static void Log(LoggerConfigBuilder loggers, ActorTransferOptions options)
    {
        loggers.LogLevel = options.LogLevel;
        loggers.ClearLoggers().AddLogger<NamedPropertyLogger>();
    }

    private static void Start(ActorSystem system, IActorRegistry registry, ActorTransferOptions options, EngineSettings settings)
    {
        var desk = system.ActorOf(FrontDesk.Props(), "actor-transfer-front-desk");
        // Before the engine is there: what keeps it from starting must not be missed.
        system.EventStream.Subscribe(desk, typeof(Engine.Fault));
        var engine = system.ActorOf(EngineActor.Props(options.Build(), settings), Engine.Name);
        desk.Tell(new FrontDesk.Serve(engine));
        registry.Register<EngineActor>(engine);
        registry.Register<FrontDesk>(desk);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-transfers", () => DrainAsync(desk));
    }

    /// <summary>An engine that never started has nothing to drain, and does not answer.</summary>
    private static async Task<Akka.Done> DrainAsync(IActorRef desk)
    {
        var found = new TaskCompletionSource<Engine.Parts?>(TaskCreationOptions.RunContinuationsAsynchronously);
        desk.Tell(new FrontDesk.FindParts(found));
        if (await found.Task.ConfigureAwait(false) is { } parts)
        {
            var proxies = parts.Proxies.Values.Select(proxy => proxy.Ask<BytestreamsProxy.Drained>(new BytestreamsProxy.Drain(), Timeout.InfiniteTimeSpan));
            Task[] drains = [parts.Transfers.Ask<Transfers.Drained>(new Transfers.Drain(), Timeout.InfiniteTimeSpan), .. proxies];
            await Task.WhenAll(drains).ConfigureAwait(false);
        }

        return Akka.Done.Instance;
    }
}
