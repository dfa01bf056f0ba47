using Akka.Actor;

namespace Akka.Streams.Stage;

/// <summary>A stage logic with named timers that run on the system's scheduler.</summary>
public abstract class TimerGraphStageLogic : GraphStageLogic
{
    private Dictionary<object, Timer> _timers;
    private Action<Timer> _elapsed;

    protected TimerGraphStageLogic(Shape shape)
        : base(shape) { }

    private IScheduler Scheduler => Island.Materializer.System.Scheduler;

    /// <summary>Starts a timer; one of the same key is cancelled first.</summary>
    protected internal void ScheduleOnce(object timerKey, TimeSpan delay)
    {
        var timer = NewTimer(timerKey, repeats: false);
        timer.Task = new Cancelable(Scheduler);
        Scheduler.Advanced.ScheduleOnce(delay, timer.Elapse, timer.Task);
    }

    protected internal void ScheduleRepeatedly(object timerKey, TimeSpan initialDelay, TimeSpan interval)
    {
        var timer = NewTimer(timerKey, repeats: true);
        timer.Task = new Cancelable(Scheduler);
        Scheduler.Advanced.ScheduleRepeatedly(initialDelay, interval, timer.Elapse, timer.Task);
    }

    protected internal void ScheduleRepeatedly(object timerKey, TimeSpan interval) => ScheduleRepeatedly(timerKey, interval, interval);

    protected internal void CancelTimer(object timerKey)
    {
        if (_timers is not null && _timers.Remove(timerKey, out var timer))
            timer.Task.Cancel();
    }

    protected internal bool IsTimerActive(object timerKey) => _timers is not null && _timers.ContainsKey(timerKey);

    protected internal abstract void OnTimer(object timerKey);

    internal override void AfterPostStop()
    {
        if (_timers is not null)
        {
            foreach (var timer in _timers.Values)
                timer.Task.Cancel();

            _timers.Clear();
        }
    }

    private Timer NewTimer(object key, bool repeats)
    {
        CancelTimer(key);
        var timer = new Timer(key, repeats, _elapsed ??= GetAsyncCallback<Timer>(Fire));
        (_timers ??= [])[key] = timer;
        return timer;
    }

    private void Fire(Timer timer)
    {
        // One that was cancelled or replaced while its call was on the way is not in the table any more.
        if (_timers.TryGetValue(timer.Key, out var active) && active == timer)
        {
            if (!timer.Repeats)
                _timers.Remove(timer.Key);

            OnTimer(timer.Key);
        }
    }

    private sealed class Timer(object key, bool repeats, Action<Timer> elapsed)
    {
        public object Key => key;

        public bool Repeats => repeats;

        public ICancelable Task { get; set; }

        public void Elapse() => elapsed(this);
    }
}
