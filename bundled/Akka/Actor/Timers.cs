namespace Akka.Actor;

public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>
/// Timers of one actor, by key. They end with the actor's incarnation, and once a timer is cancelled or replaced its message does not
/// arrive any more, even if it was in the mailbox already.
/// </summary>
public interface ITimerScheduler
{
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}

internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, Timer> _timers = [];
    private int _generation;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        Start(key, msg, interval, interval, ActorRefs.NoSender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null, ActorRefs.NoSender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Task.Cancel();
        _timers.Clear();
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval, IActorRef sender)
    {
        Cancel(key);
        var generation = ++_generation;
        var wrapped = message is INotInfluenceReceiveTimeout
            ? new QuietTimerMessage(key, generation, this)
            : new TimerMessage(key, generation, this);
        var scheduler = cell.System.Scheduler;
        var task = interval is { } every
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, every, cell.Self, wrapped, sender)
            : scheduler.ScheduleTellOnceCancelable(delay, cell.Self, wrapped, sender);
        _timers[key] = new Timer(message, interval is not null, generation, task);
    }

    private sealed record Timer(object Message, bool Repeat, int Generation, ICancelable Task);

    /// <summary>What the scheduler tells the actor; the message proper is looked up on arrival.</summary>
    internal class TimerMessage(object key, int generation, TimerScheduler owner) : INoSerializationVerificationNeeded
    {
        public override string ToString() => $"TimerMsg(key={key}, generation={generation})";

        /// <summary>Null when the timer has been cancelled or replaced or belonged to an earlier incarnation.</summary>
        internal object Unwrap(TimerScheduler timers)
        {
            if (!ReferenceEquals(owner, timers) || !owner._timers.TryGetValue(key, out var timer) || timer.Generation != generation)
                return null;
            if (!timer.Repeat)
                owner._timers.Remove(key);
            return timer.Message;
        }
    }

    private sealed class QuietTimerMessage(object key, int generation, TimerScheduler owner)
        : TimerMessage(key, generation, owner), INotInfluenceReceiveTimeout;
}
