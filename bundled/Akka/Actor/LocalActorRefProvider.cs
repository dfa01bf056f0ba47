using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The trunk of the tree. The root guardian watches /user and /system; when /user has ended it ends the loggers and /system, then itself,
/// and its death ends the system.
/// </summary>
public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly ActorSystemImpl _system;
    private readonly LocalActorRef _root;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorPath _tempNode;
    private long _temp;

    internal LocalActorRefProvider(ActorSystemImpl system)
    {
        _system = system;
        DefaultAddress = new Address("akka", system.Name);
        RootPath = new RootActorPath(DefaultAddress);
        _tempNode = RootPath / "temp";
        DeadLetters = new DeadLetterActorRef(this, RootPath / "deadLetters", system.EventStream);
        IgnoreRef = new IgnoreActorRef(this, RootPath / "ignore");
        var rootProps = Props.Create(() => new RootGuardianActor()).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop));
        _root = new LocalActorRef(system, rootProps, system.DispatcherOf(rootProps), new Top(this, RootPath), RootPath);
        Guardian = (LocalActorRef)_root.Cell.ActorOf(Props.Create(() => new GuardianActor()), "user");
        SystemGuardian = (LocalActorRef)_root.Cell.ActorOf(Props.Create(() => new GuardianActor()), "system");
    }

    public IInternalActorRef RootGuardian => _root;

    public LocalActorRef Guardian { get; }

    public LocalActorRef SystemGuardian { get; }

    public IActorRef DeadLetters { get; }

    public IActorRef IgnoreRef { get; }

    public ActorPath RootPath { get; }

    public Address DefaultAddress { get; }

    public Settings Settings => _system.Settings;

    EventStream IActorRefProvider.EventStream => _system.EventStream;

    public ActorPath TempPath() =>
        new ChildActorPath(_tempNode, "$" + Interlocked.Increment(ref _temp).ToString("x", System.Globalization.CultureInfo.InvariantCulture), 0);

    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => new(tcs, TempPath(), this);

    internal void Start()
    {
        _root.Start();
        _root.Tell(new WatchGuardians(Guardian, SystemGuardian), ActorRefs.NoSender);
    }

    private sealed record WatchGuardians(IActorRef User, IActorRef System);

    private sealed class RootGuardianActor : UntypedActor
    {
        private WatchGuardians _guardians;
        private HashSet<IActorRef> _loggers = [];

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case WatchGuardians guardians:
                    _guardians = guardians;
                    Context.Watch(guardians.User);
                    Context.Watch(guardians.System);
                    break;
                case Terminated ended when ended.ActorRef.Equals(_guardians.System):
                    Context.Stop(Self);
                    break;
                case Terminated ended when ended.ActorRef.Equals(_guardians.User):
                    _loggers = [.. Context.System.EventStream.StopDefaultLoggers(Context.System)];
                    foreach (var logger in _loggers)
                        Context.Watch(logger);
                    Context.SetReceiveTimeout(Context.System.Settings.LoggerStartTimeout); // no logger may hold the end for longer
                    StopSystemWhenLogged();
                    break;
                case Terminated ended:
                    _loggers.Remove(ended.ActorRef);
                    StopSystemWhenLogged();
                    break;
                case ReceiveTimeout:
                    Context.Stop(_guardians.System);
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }

        private void StopSystemWhenLogged()
        {
            if (_loggers.Count == 0)
                Context.Stop(_guardians.System);
        }
    }

    private sealed class GuardianActor : UntypedActor
    {
        protected override void OnReceive(object message) =>
            Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
    }

    private sealed class IgnoreActorRef(IActorRefProvider provider, ActorPath path) : MinimalActorRef
    {
        public override ActorPath Path { get; } = path;

        public override IActorRefProvider Provider { get; } = provider;
    }

    /// <summary>The parent of the root.</summary>
    private sealed class Top(LocalActorRefProvider provider, ActorPath root) : MinimalActorRef
    {
        public override ActorPath Path { get; } = root / "_Root-guardian-supervisor";

        public override IActorRefProvider Provider => provider;

        public override void SendSystemMessage(ISystemMessage message)
        {
            switch (message)
            {
                case Failed failed:
                    provider._system.Log.Error(failed.Cause, "Guardian {0} failed. Shutting down system", failed.Child);
                    ((IInternalActorRef)failed.Child).Stop();
                    break;
                case DeathWatchNotification:
                    ThreadPool.UnsafeQueueUserWorkItem(
                        static self =>
                        {
                            self._ended.TrySetResult();
                            self._system.OnTerminated();
                        },
                        provider,
                        preferLocal: false);
                    break;
            }
        }
    }
}
