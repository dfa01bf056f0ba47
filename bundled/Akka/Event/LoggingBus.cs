using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util.Internal;

namespace Akka.Event;

/// <summary>Tells each event to those who subscribed to its type or one of its bases.</summary>
public class LoggingBus
{
    private static readonly LogLevel[] Levels = [LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel, LogLevel.ErrorLevel];

    private readonly Lock _gate = new();
    private readonly Dictionary<Type, HashSet<IActorRef>> _subscriptions = [];
    private readonly List<IActorRef> _loggers = [];

    // Who hears of a concrete type of event; thrown away when a subscription changes.
    private volatile ConcurrentDictionary<Type, IActorRef[]> _audiences = new();
    private volatile int _logLevel;
    private int _loggerCount;

    public LogLevel LogLevel => (LogLevel)_logLevel;

    public virtual bool Subscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            if (!_subscriptions.TryGetValue(classifier, out var subscribers))
                _subscriptions.Add(classifier, subscribers = []);
            var added = subscribers.Add(subscriber);
            _audiences = new ConcurrentDictionary<Type, IActorRef[]>();
            return added;
        }
    }

    public bool Unsubscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            var removed = _subscriptions.TryGetValue(classifier, out var subscribers) && subscribers.Remove(subscriber);
            _audiences = new ConcurrentDictionary<Type, IActorRef[]>();
            return removed;
        }
    }

    public bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            var removed = false;
            foreach (var subscribers in _subscriptions.Values)
                removed |= subscribers.Remove(subscriber);
            _audiences = new ConcurrentDictionary<Type, IActorRef[]>();
            return removed;
        }
    }

    public void Publish(object @event)
    {
        var type = @event.GetType();
        var audiences = _audiences;
        if (!audiences.TryGetValue(type, out var audience))
            audience = AudienceOf(type);
        foreach (var subscriber in audience)
            subscriber.Tell(@event, ActorRefs.NoSender);
    }

    public void StartStdoutLogger(Settings config) => SubscribeFrom(Logging.LogLevelFor(config.StdoutLogLevel), config.StdoutLogger);

    /// <summary>
    /// Starts the configured loggers and takes the place of the stdout logger. A logger hears first that it is to initialize, then every event from
    /// here on; nothing has to wait for its answer.
    /// </summary>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        _logLevel = (int)Logging.LogLevelFor(system.Settings.LogLevel);
        var keepStdout = false;
        foreach (var name in system.Settings.Loggers)
        {
            var type = TypeNames.Find(name) ?? throw new ConfigurationException($"Logger specified in config cannot be found: \"{name}\"");
            if (typeof(MinimalLogger).IsAssignableFrom(type))
                keepStdout = true;
            else
                AddLogger(system, type);
        }

        if (!keepStdout)
            Unsubscribe(system.Settings.StdoutLogger);
    }

    /// <summary>
    /// The system ends: what is logged from here on goes to stdout. Answers the loggers, which end when they have printed what they got.
    /// </summary>
    internal IReadOnlyList<IActorRef> StopDefaultLoggers(ActorSystem system)
    {
        StartStdoutLogger(system.Settings);
        IActorRef[] loggers;
        lock (_gate)
        {
            loggers = [.. _loggers];
            _loggers.Clear();
        }

        foreach (var logger in loggers)
        {
            Unsubscribe(logger);
            logger.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        }

        return loggers;
    }

    private void AddLogger(ActorSystemImpl system, Type type)
    {
        var logger = system.SystemActorOf(Props.Create(type), $"log{Interlocked.Increment(ref _loggerCount)}-{type.Name}");
        var timeout = system.Settings.LoggerStartTimeout;
        logger.Ask(new InitializeLogger(this), timeout).ContinueWith(
            answer =>
            {
                if (!answer.IsCompletedSuccessfully)
                    Publish(new Warning(nameof(LoggingBus), GetType(), $"Logger {type.FullName} did not respond within {timeout} to InitializeLogger(bus)"));
                else if (answer.Result is not LoggerInitialized)
                    Publish(new Error(null, nameof(LoggingBus), GetType(), $"Logger {type.FullName} did not respond with LoggerInitialized, sent instead {answer.Result.GetType()}"));
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        lock (_gate)
            _loggers.Add(logger);
        SubscribeFrom(LogLevel, logger);
    }

    private void SubscribeFrom(LogLevel lowest, IActorRef logger)
    {
        foreach (var level in Levels)
        {
            if (level >= lowest)
                Subscribe(logger, level.ClassFor());
            else
                Unsubscribe(logger, level.ClassFor());
        }
    }

    private IActorRef[] AudienceOf(Type type)
    {
        lock (_gate)
        {
            var audience = _subscriptions.Where(s => s.Key.IsAssignableFrom(type)).SelectMany(s => s.Value).Distinct().ToArray();
            _audiences[type] = audience;
            return audience;
        }
    }
}

/// <summary>The bus of an actor system. Subscribers that end are unsubscribed.</summary>
public class EventStream : LoggingBus
{
    private volatile IActorRef _unsubscriber;

    public void StartUnsubscriber(ActorSystemImpl system) =>
        _unsubscriber = system.SystemActorOf(Props.Create(() => new Unsubscriber(this)), "EventStreamUnsubscriber");

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        if (subscriber is LocalActorRef)
            _unsubscriber?.Tell(new WatchSubscriber(subscriber), ActorRefs.NoSender);
        return base.Subscribe(subscriber, channel);
    }

    private sealed record WatchSubscriber(IActorRef Actor);

    private sealed class Unsubscriber : ReceiveActor
    {
        public Unsubscriber(EventStream stream)
        {
            Receive<WatchSubscriber>(subscriber => Context.Watch(subscriber.Actor));
            Receive<Terminated>(ended => { stream.Unsubscribe(ended.ActorRef); });
        }
    }
}
