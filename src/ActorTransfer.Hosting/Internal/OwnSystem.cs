using ActorTransfer.Actors;
using ActorTransfer.Hosting.Logging;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The actor system that <c>AddActorTransfer</c> makes, for all engines that it is called for.</summary>
internal sealed class OwnSystem
{
    /// <summary>The section of the application's configuration that the default engine reads.</summary>
    private const string Section = "ActorTransfer";

    private const string Akka = "akka";

    private readonly List<(ActorTransferOptions Options, Action<AkkaConfigurationBuilder> Join)> _engines = [];

    /// <summary>False: another actor system has replaced this one.</summary>
    public bool IsUsed { get; private set; }

    public void Add(ActorTransferOptions options, Action<AkkaConfigurationBuilder> join) => _engines.Add((options, join));

    public void Configure(AkkaConfigurationBuilder akka, IServiceProvider services)
    {
        IsUsed = true;
        Configure(akka, _engines[0].Options.LogLevel);
        foreach (var (options, join) in _engines)
        {
            akka.AddHocon(AkkaSection(options.Hocon), HoconAddMode.Prepend);
            if (options.Configuration is null && options.IsDefault && services.GetService<IConfiguration>() is { } configuration)
            {
                options.WithConfiguration(configuration.GetSection(Section));
            }

            join(akka);
        }
    }

    /// <summary>What an actor system needs that is the engine's own: loggers and scheduler.</summary>
    public static void Configure(AkkaConfigurationBuilder akka, LogLevel level) =>
        // Akka writes to standard output before its loggers start and after they stop; that is the application's.
        akka.AddHocon("akka.stdout-loglevel = OFF, akka.actor.ask-timeout = 10s, akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Append)
            .AddHocon($"akka.stdout-logger-class = \"{typeof(SilentLogger).AssemblyQualifiedName}\"", HoconAddMode.Append)
            .AddHocon($"akka.scheduler.implementation = \"{typeof(TimerScheduler).AssemblyQualifiedName}\"", HoconAddMode.Append)
            .ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = level;
                loggers.AddLogger<CategoryLogger>();
            });

    /// <summary>Settings of the actor system itself, without those of the engine.</summary>
    private static Config AkkaSection(Config hocon)
    {
        if (!hocon.HasPath(Akka))
        {
            return ConfigurationFactory.Empty;
        }

        var section = new HoconObject();
        section.Items[Akka] = hocon.GetValue(Akka);
        var root = new HoconValue();
        root.AppendValue(section);
        return new Config(new HoconRoot(root));
    }

    /// <summary>Fails the start of an application whose <c>AddAkka</c> has replaced this actor system.</summary>
    internal sealed class Check(OwnSystem own, AkkaConfigurationBuilder akka) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = akka; // resolved, hence configured
            return own.IsUsed ? Task.CompletedTask : throw new InvalidOperationException(Mixed);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>The error of an application that has an actor system and calls <c>AddActorTransfer</c>.</summary>
    public const string Mixed =
        "The application has an actor system of its own (AddAkka), and AddActorTransfer would make another one. Remove AddActorTransfer and join that system: "
        + "AddAkka(name, akka => akka.WithActorTransfer(...)), and AddActorTransferServices() for IFileTransfers and the other services.";
}
