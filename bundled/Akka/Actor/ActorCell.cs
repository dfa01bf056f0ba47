using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor;

public delegate bool Receive(object message);

public delegate void UntypedReceive(object message);

/// <summary>
/// All there is to one actor but its own code: mailbox, behaviours, children, watches, failure handling.
/// Everything here runs on whichever thread runs the actor at the moment, except what producers of messages and creators of children call.
/// </summary>
public sealed partial class ActorCell : IUntypedActorContext, IThreadPoolWorkItem
{
    [ThreadStatic]
    private static ActorCell _current;

    private readonly LocalActorRef _self;
    private ActorBase _actor;
    private Receive _behaviour;
    private Stack<Receive> _outerBehaviours;
    private object _message;
    private IActorRef _sender;
    private SupervisorStrategy _strategy;
    private TimerScheduler _timers;
    private TimeSpan? _receiveTimeout;
    private ICancelable _receiveTimeoutTask;

    internal ActorCell(ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        SystemImpl = system;
        _self = self;
        Props = props;
        Dispatcher = dispatcher;
        Parent = parent;
        _head = _tail = new Node();
    }

    internal static ActorCell Current => _current;

    public ActorSystem System => SystemImpl;

    public ActorSystemImpl SystemImpl { get; }

    public Props Props { get; }

    public MessageDispatcher Dispatcher { get; }

    public IInternalActorRef Parent { get; }

    public IActorRef Self => _self;

    public IActorRef Sender => _sender ?? SystemImpl.DeadLetters;

    public object CurrentMessage => _message;

    internal IActorRef CurrentSender => _sender;

    /// <summary>Tells one delivery from another, since the same object may be sent twice.</summary>
    internal int CurrentDelivery { get; private set; }

    IActorRef IActorContext.Parent => Parent;

    internal TimerScheduler Timers => _timers ??= new TimerScheduler(this);

    public static IActorRef GetCurrentSelfOrNoSender() => _current?._self;

    public static IActorRef GetCurrentSenderOrNoSender() => _current?._sender;

    // The behaviour the actor was made with stays at the bottom: one Become, then UnbecomeStacked leads back to it.
    public void Become(Receive receive)
    {
        if (_outerBehaviours is { Count: > 0 })
            _behaviour = receive;
        else
            BecomeStacked(receive);
    }

    public void BecomeStacked(Receive receive)
    {
        (_outerBehaviours ??= new Stack<Receive>()).Push(_behaviour);
        _behaviour = receive;
    }

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(Wrap(receive));

    /// <summary>Runs an action as if the actor did, so that Context and the implicit sender are its own.</summary>
    public void UseThreadContext(Action action)
    {
        var outer = _current;
        _current = this;
        try
        {
            action();
        }
        finally
        {
            _current = outer;
        }
    }

    public void SetReceiveTimeout(TimeSpan? timeout = null)
    {
        // A new one counts from the end of the current message.
        _receiveTimeout = timeout;
        CancelReceiveTimeout();
    }

    internal static Receive Wrap(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void Invoke(object message, IActorRef sender)
    {
        _message = message;
        _sender = sender;
        CurrentDelivery++;
        try
        {
            var influences = _receiveTimeout is not null && message is not INotInfluenceReceiveTimeout;
            if (influences)
                CancelReceiveTimeout();
            if (message is IAutoReceivedMessage)
                AutoReceive(message, sender);
            else
                Deliver(message);
            if (_suspended > 0)
                return; // an async handler is pending: message and sender stay
            if (influences || (_receiveTimeout is not null && _receiveTimeoutTask is null))
                ScheduleReceiveTimeout();
            _message = null;
            _sender = null;
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e, null);
        }
    }

    private void Deliver(object message)
    {
        var actor = _actor;
        actor.AroundReceiveInternal(_behaviour ?? actor.OwnReceive, message);
    }

    /// <summary>A message that the runtime understands itself, perhaps unwrapped from a timer's envelope.</summary>
    internal void AutoReceive(object message, IActorRef sender)
    {
        switch (message)
        {
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case PoisonPill:
                _self.Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                (sender ?? SystemImpl.DeadLetters).Tell(new ActorIdentity(identify.MessageId, _self), _self);
                break;
            default:
                Deliver(message);
                break;
        }
    }

    private void ScheduleReceiveTimeout()
    {
        CancelReceiveTimeout();
        if (_receiveTimeout is { } timeout && timeout > TimeSpan.Zero && _actor is not null && !IsTerminating)
        {
            _receiveTimeoutTask =
                SystemImpl.Scheduler.ScheduleTellOnceCancelable(timeout, _self, Akka.Actor.ReceiveTimeout.Instance, _self);
        }
    }

    private void CancelReceiveTimeout()
    {
        _receiveTimeoutTask?.Cancel();
        _receiveTimeoutTask = null;
    }

    private ActorBase NewActor()
    {
        _behaviour = null;
        _outerBehaviours = null;
        ActorBase actor = null;
        UseThreadContext(() =>
        {
            actor = Props.NewActor() ?? throw new ActorInitializationException(_self, "Actor instance passed to ActorOf can't be 'null'");
            if (!ReferenceEquals(actor.CellOf, this))
                throw new ActorInitializationException(_self, "The actor was made for another context");
            if (actor is IActorStash stashing)
                stashing.Stash = new StashImpl(this);
            if (actor is IWithTimers timed)
                timed.Timers = Timers;
            (actor as IInitializableActor)?.Init();
        });
        return actor;
    }

    /// <summary>What a dying incarnation leaves behind: stashed messages go back to the mailbox, timers end, the strategy is asked for anew.</summary>
    private void ClearActor(ActorBase actor)
    {
        if (actor is IActorStash stashing)
            stashing.Stash?.UnstashAll();
        _timers?.CancelAll();
        _timers = null;
        try
        {
            if (actor is not null)
                Props.Release(actor);
        }
        catch (Exception e)
        {
            PublishError(e, $"An error occurred while disposing {actor.GetType()} actor. Reason: {e.Message}");
        }

        _strategy = null;
        _behaviour = null;
        _outerBehaviours = null;
    }
}
