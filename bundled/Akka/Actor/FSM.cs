using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// An actor that is a state machine: per state a function from event and data to the next state, timeouts of states, named timers, and listeners that
/// hear of each transition.
/// </summary>
public abstract class FSM<TState, TData> : FSMBase
{
    private readonly Dictionary<TState, (StateFunction Function, TimeSpan? Timeout)> _states = [];
    private readonly Dictionary<string, FsmTimer> _timers = [];
    private readonly List<TransitionHandler> _transitionHandlers = [];
    private readonly HashSet<IActorRef> _listeners = [];
    private State<TState, TData> _current;
    private State<TState, TData> _next;
    private StateFunction _unhandled;
    private Action<StopEvent<TState, TData>> _onTermination;
    private ICancelable _stateTimeout;
    private int _generation;
    private int _timerGeneration;
    private ILoggingAdapter _log;

    public delegate State<TState, TData> StateFunction(Event<TData> fsmEvent);

    public delegate void TransitionHandler(TState initialState, TState nextState);

    public TState StateName => (_current ?? throw NotStarted()).StateName;

    /// <summary>The data of the state to come; only inside a transition handler.</summary>
    public TData NextStateData =>
        (_next ?? throw new InvalidOperationException("NextStateData is only available during OnTransition")).StateData;

    private ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>Adds a function to a state; a later one is asked when an earlier answers null.</summary>
    public void When(TState stateName, StateFunction func, TimeSpan? timeout = null)
    {
        if (_states.TryGetValue(stateName, out var known))
            _states[stateName] = (e => known.Function(e) ?? func(e), timeout ?? known.Timeout);
        else
            _states.Add(stateName, (func, timeout));
    }

    public void WhenUnhandled(StateFunction stateFunction)
    {
        var earlier = _unhandled;
        _unhandled = earlier is null ? stateFunction : e => earlier(e) ?? stateFunction(e);
    }

    public void StartWith(TState stateName, TData stateData, TimeSpan? timeout = null) =>
        _current = new State<TState, TData>(stateName, stateData, timeout);

    /// <summary>Enters the first state; to be called last.</summary>
    public void Initialize() => MakeTransition(_current ?? throw NotStarted());

    public State<TState, TData> GoTo(TState nextStateName) => new(nextStateName, _current.StateData);

    public State<TState, TData> Stay() => _current.ForStay();

    public State<TState, TData> Stop() => Stop(Normal.Instance);

    public State<TState, TData> Stop(Reason reason) => Stop(reason, _current.StateData);

    public State<TState, TData> Stop(Reason reason, TData stateData) => Stay().Using(stateData).WithStopReason(reason);

    public void OnTransition(TransitionHandler transitionHandler) => _transitionHandlers.Add(transitionHandler);

    public void OnTermination(Action<StopEvent<TState, TData>> terminationHandler) => _onTermination = terminationHandler;

    public void SetTimer(string name, object msg, TimeSpan timeout, bool repeat = false)
    {
        CancelTimer(name);
        var timer = new FsmTimer(this, name, msg, repeat, ++_timerGeneration);
        var scheduler = Context.System.Scheduler;
        timer.Task = repeat
            ? scheduler.ScheduleTellRepeatedlyCancelable(timeout, timeout, Self, timer, Self)
            : scheduler.ScheduleTellOnceCancelable(timeout, Self, timer, Self);
        _timers[name] = timer;
    }

    public void CancelTimer(string name)
    {
        if (_timers.Remove(name, out var timer))
            timer.Task.Cancel();
    }

    public bool IsTimerActive(string name) => _timers.ContainsKey(name);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case TimeoutMarker marker:
                if (marker.Generation == _generation)
                    Process(StateTimeout.Instance);
                return true;
            case FsmTimer timer when ReferenceEquals(timer.Owner, this):
                if (_timers.TryGetValue(timer.Name, out var active) && active.Generation == timer.Generation)
                {
                    if (!timer.Repeat)
                        _timers.Remove(timer.Name);
                    Arrived(timer.Message);
                }

                return true;
            case FsmTimer:
                return true; // of an earlier incarnation
            case SubscribeTransitionCallBack subscribe:
                Context.Watch(subscribe.ActorRef);
                _listeners.Add(subscribe.ActorRef);
                subscribe.ActorRef.Tell(new CurrentState<TState>(Self, _current.StateName));
                return true;
            case UnsubscribeTransitionCallBack unsubscribe:
                Context.Unwatch(unsubscribe.ActorRef);
                _listeners.Remove(unsubscribe.ActorRef);
                return true;
            default:
                if (message is Terminated terminated)
                    _listeners.Remove(terminated.ActorRef);
                Arrived(message);
                return true;
        }
    }

    protected override void PostStop()
    {
        // On a restart as well: the next incarnation starts afresh.
        if (_current is not null)
            End(Stay().WithStopReason(Shutdown.Instance));
        base.PostStop();
    }

    protected virtual void LogTermination(Reason reason)
    {
        if (reason is not Failure failure)
            return;
        if (failure.Cause is Exception cause)
            Log.Error(cause, "terminating due to Failure");
        else
            Log.Error("{0}", failure.Cause);
    }

    private static InvalidOperationException NotStarted() => new("You must call StartWith before calling Initialize.");

    /// <summary>Any message but the state's own timeout ends the wait for that timeout.</summary>
    private void Arrived(object message)
    {
        _stateTimeout?.Cancel();
        _stateTimeout = null;
        _generation++;
        Process(message);
    }

    private void Process(object message)
    {
        var fsmEvent = new Event<TData>(message, _current.StateData);
        var next = _states[_current.StateName].Function(fsmEvent) ?? _unhandled?.Invoke(fsmEvent);
        if (next is null)
        {
            Log.Warning("unhandled event {0} in state {1}", message, _current.StateName);
            next = Stay();
        }

        if (next.StopReason is null)
        {
            MakeTransition(next);
            return;
        }

        Reply(next);
        End(next);
        Context.Stop(Self);
    }

    private void Reply(State<TState, TData> next)
    {
        foreach (var reply in next.Replies)
            Sender.Tell(reply);
    }

    private void MakeTransition(State<TState, TData> next)
    {
        if (!_states.TryGetValue(next.StateName, out var state))
        {
            End(Stay().WithStopReason(new Failure($"Next state {next.StateName} does not exist")));
            Context.Stop(Self);
            return;
        }

        Reply(next);
        if (next.Notifies || !EqualityComparer<TState>.Default.Equals(_current.StateName, next.StateName))
            Notify(_current.StateName, next);

        _current = next;
        if ((next.Timeout ?? state.Timeout) is { } timeout && timeout < TimeSpan.MaxValue)
        {
            _stateTimeout?.Cancel();
            _stateTimeout = Context.System.Scheduler.ScheduleTellOnceCancelable(timeout, Self, new TimeoutMarker(_generation), Self);
        }
    }

    private void Notify(TState from, State<TState, TData> next)
    {
        _next = next;
        foreach (var handler in _transitionHandlers)
            handler(from, next.StateName);
        if (_listeners.Count > 0)
        {
            var transition = new Transition<TState>(Self, from, next.StateName);
            foreach (var listener in _listeners)
                listener.Tell(transition);
        }

        _next = null;
    }

    private void End(State<TState, TData> last)
    {
        if (_current.StopReason is not null)
            return;
        LogTermination(last.StopReason);
        foreach (var timer in _timers.Values)
            timer.Task.Cancel();
        _timers.Clear();
        _stateTimeout?.Cancel();
        _current = last;
        _onTermination?.Invoke(new StopEvent<TState, TData>(last.StopReason, last.StateName, last.StateData));
    }

    private sealed record TimeoutMarker(int Generation);

    private sealed class FsmTimer(FSM<TState, TData> owner, string name, object message, bool repeat, int generation) : INoSerializationVerificationNeeded
    {
        public FSM<TState, TData> Owner { get; } = owner;

        public string Name { get; } = name;

        public object Message { get; } = message;

        public bool Repeat { get; } = repeat;

        public int Generation { get; } = generation;

        public ICancelable Task { get; set; }
    }
}
