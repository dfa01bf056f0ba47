using System.Collections.Concurrent;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util.Internal;

namespace Akka.Actor;

public sealed class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly LocalActorRefProvider _provider;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _terminationGate = new();
    private Stack<Action> _onTermination = new();
    private IActorRef _deadLetterListener;

    internal ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (string.IsNullOrEmpty(name) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || name[0] is '-' or '_')
        {
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-' or '_')", nameof(name));
        }

        Name = name;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream();
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", GetType(), Settings.LogFormatter);
        Dispatchers = new Dispatchers(Settings.Config);
        Scheduler = MakeScheduler();
        _provider = new LocalActorRefProvider(this);
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override Dispatchers Dispatchers { get; }

    public override IScheduler Scheduler { get; }

    public override ILoggingAdapter Log { get; }

    public override IActorRefProvider Provider => _provider;

    public override IActorRef DeadLetters => _provider.DeadLetters;

    public override IInternalActorRef LookupRoot => _provider.RootGuardian;

    public override Task WhenTerminated => _terminated.Task;

    public override IActorRef ActorOf(Props props, string name = null) => _provider.Guardian.Cell.ActorOf(props, name);

    public override IActorRef SystemActorOf(Props props, string name = null) => _provider.SystemGuardian.Cell.ActorOf(props, name);

    public override IActorRef SystemActorOf<TActor>(string name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override void Stop(IActorRef actor) => ((IInternalActorRef)actor).Stop();

    public override Task Terminate() => Settings.CoordinatedShutdownRunByActorSystemTerminate
        ? CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance)
        : FinalTerminate();

    public override void RegisterOnTermination(Action code)
    {
        lock (_terminationGate)
            (_onTermination ?? throw new InvalidOperationException("ActorSystem already terminated.")).Push(code);
    }

    public override object RegisterExtension(IExtensionId extension) =>
        extension is null ? null : _extensions.GetOrAdd(extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(this))).Value;

    public override T GetExtension<T>() => TryGetExtension<T>(out var extension) ? extension : null;

    public override bool HasExtension<T>() => _extensions.ContainsKey(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        var found = _extensions.TryGetValue(extensionType, out var lazy);
        extension = lazy?.Value;
        return found;
    }

    public override bool TryGetExtension<T>(out T extension)
    {
        var found = TryGetExtension(typeof(T), out var untyped);
        extension = untyped as T;
        return found;
    }

    public override string ToString() => _provider.DefaultAddress.ToString();

    internal void Start()
    {
        _provider.Start();
        EventStream.StartUnsubscriber(this);
        EventStream.StartDefaultLoggers(this);
        if (Settings.LogDeadLetters > 0)
            _deadLetterListener = SystemActorOf<DeadLetterListener>("deadLetterListener");
        _ = CoordinatedShutdown.Get(this);
    }

    internal override Task FinalTerminate()
    {
        Log.Debug("System shutdown initiated");
        if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is not null)
            Stop(_deadLetterListener);
        _provider.Guardian.Stop();
        return WhenTerminated;
    }

    internal MessageDispatcher DispatcherOf(Props props) => Dispatchers.Lookup(props.Dispatcher);

    /// <summary>The last actor has ended: runs what was registered for this moment, latest first.</summary>
    internal void OnTerminated()
    {
        Stack<Action> callbacks;
        lock (_terminationGate)
        {
            callbacks = _onTermination;
            _onTermination = null;
        }

        foreach (var callback in callbacks ?? [])
        {
            try
            {
                callback();
            }
            catch (Exception e)
            {
                Log.Error(e, "A termination callback failed: {0}", e.Message);
            }
        }

        (Scheduler as IDisposable)?.Dispose();
        _terminated.TrySetResult();
    }

    private IScheduler MakeScheduler()
    {
        var type = TypeNames.Find(Settings.SchedulerClass)
            ?? throw new ConfigurationException($"Scheduler specified in config cannot be found: \"{Settings.SchedulerClass}\"");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, Log);
    }
}
