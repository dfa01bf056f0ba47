using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Util.Internal;

namespace Akka.Actor;

/// <summary>What an actor system read from its configuration at start.</summary>
public class Settings
{
    /// <summary>The defaults of Akka.NET for every key that this runtime reads.</summary>
    private const string Reference = """
        akka {
          loggers = ["Akka.Event.DefaultLogger"]
          logger-startup-timeout = 5s
          logger-formatter = "Akka.Event.DefaultLogMessageFormatter, Akka"
          loglevel = "INFO"
          stdout-loglevel = "WARNING"
          log-dead-letters = 10
          log-dead-letters-during-shutdown = off
          actor {
            creation-timeout = 20s
            ask-timeout = infinite
            default-dispatcher { throughput = 30 }
          }
          scheduler { implementation = "Akka.Actor.HashedWheelTimerScheduler" }
          coordinated-shutdown {
            default-phase-timeout = 5 s
            terminate-actor-system = on
            exit-clr = off
            run-by-clr-shutdown-hook = on
            run-by-actor-system-terminate = on
            phases {
              cluster-sharding-shutdown-region { timeout = 10 s }
              cluster-exiting { timeout = 10 s }
              actor-system-terminate { timeout = 10 s }
            }
          }
        }
        """;

    private static readonly Lazy<Config> ReferenceConfig = new(() => ConfigurationFactory.ParseString(Reference));

    private readonly Config _userConfig;
    private Config _fallback;

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        _userConfig = config;
        _fallback = ReferenceConfig.Value;
        Config = config.IsEmpty ? _fallback : config.WithFallback(_fallback);

        Loggers = Config.GetStringList("akka.loggers");
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout");
        LogLevel = Config.GetString("akka.loglevel");
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel");
        LogDeadLetters = DeadLettersToLog(Config.GetString("akka.log-dead-letters"));
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown");
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", null, allowInfinite: true);
        CreationTimeout = Config.GetTimeSpan("akka.actor.creation-timeout");
        SchedulerClass = Config.GetString("akka.scheduler.implementation");
        CoordinatedShutdownTerminateActorSystem = Config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate = Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
        var formatter = Config.GetString("akka.logger-formatter");
        LogFormatter = (ILogMessageFormatter)Activator.CreateInstance(
            TypeNames.Find(formatter) ?? throw new ConfigurationException($"Log formatter specified in config cannot be found: \"{formatter}\""));
        StdoutLogger = new StandardOutLogger();
    }

    public ActorSystem System { get; }

    public ActorSystemSetup Setup { get; }

    public Config Config { get; private set; }

    public IList<string> Loggers { get; }

    public TimeSpan LoggerStartTimeout { get; }

    public string LogLevel { get; }

    public string StdoutLogLevel { get; }

    public MinimalLogger StdoutLogger { get; }

    public ILogMessageFormatter LogFormatter { get; }

    /// <summary>How many dead letters are logged; 0 for none, int.MaxValue for all.</summary>
    public int LogDeadLetters { get; }

    public bool LogDeadLettersDuringShutdown { get; }

    public TimeSpan AskTimeout { get; }

    public TimeSpan CreationTimeout { get; }

    public string SchedulerClass { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Adds defaults below what the user configured. Values read at start stay as they were.</summary>
    public void InjectTopLevelFallback(Config config)
    {
        _fallback = config.WithFallback(_fallback);
        Config = _userConfig.IsEmpty ? _fallback : _userConfig.WithFallback(_fallback);
    }

    public override string ToString() => Config.ToString();

    private static int DeadLettersToLog(string value) => value?.ToLowerInvariant() switch
    {
        "on" or "true" or "yes" => int.MaxValue,
        "off" or "false" or "no" or null => 0,
        var number => int.Parse(number, global::System.Globalization.CultureInfo.InvariantCulture),
    };
}
