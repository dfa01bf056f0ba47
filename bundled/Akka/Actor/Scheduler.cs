using System.Diagnostics;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>What schedulers have in common: checking of delays, and the many ways to say the same.</summary>
public abstract class SchedulerBase : IScheduler, IAdvancedScheduler
{
    protected readonly Config SchedulerConfig;
    protected readonly ILoggingAdapter Log;

    protected SchedulerBase(Config scheduler, ILoggingAdapter log)
    {
        SchedulerConfig = scheduler;
        Log = log;
    }

    public abstract TimeSpan MonotonicClock { get; }

    public abstract TimeSpan HighResMonotonicClock { get; }

    DateTimeOffset ITimeProvider.Now => TimeNow;

    IAdvancedScheduler IScheduler.Advanced => this;

    protected abstract DateTimeOffset TimeNow { get; }

    void ITellScheduler.ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ((ITellScheduler)this).ScheduleTellOnce(delay, receiver, message, sender, null);

    void ITellScheduler.ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
    {
        ValidateDelay(delay, nameof(delay));
        InternalScheduleTellOnce(delay, receiver, message, sender, cancelable);
    }

    void ITellScheduler.ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ((ITellScheduler)this).ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    void ITellScheduler.ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
    {
        ValidateDelay(initialDelay, nameof(initialDelay));
        ValidateInterval(interval, nameof(interval));
        InternalScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);
    }

    void IActionScheduler.ScheduleOnce(TimeSpan delay, Action action) => ((IActionScheduler)this).ScheduleOnce(delay, action, null);

    void IActionScheduler.ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable)
    {
        ValidateDelay(delay, nameof(delay));
        InternalScheduleOnce(delay, action, cancelable);
    }

    void IActionScheduler.ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        ((IActionScheduler)this).ScheduleRepeatedly(initialDelay, interval, action, null);

    void IActionScheduler.ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable)
    {
        ValidateDelay(initialDelay, nameof(initialDelay));
        ValidateInterval(interval, nameof(interval));
        InternalScheduleRepeatedly(initialDelay, interval, action, cancelable);
    }

    public void ScheduleOnce(TimeSpan delay, IRunnable action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        ((IActionScheduler)this).ScheduleOnce(delay, action.Run, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action) =>
        ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        ((IActionScheduler)this).ScheduleRepeatedly(initialDelay, interval, action.Run, cancelable);

    protected static void ValidateInterval(TimeSpan interval, string parameterName)
    {
        if (interval <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(parameterName, $"Time interval must be greater than zero. It was {interval}");
    }

    protected static void ValidateDelay(TimeSpan delay, string parameterName)
    {
        if (delay < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(parameterName, $"Delay must be non-negative. It was {delay}");
    }

    protected abstract void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable);

    protected abstract void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable);

    protected abstract void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable);

    protected abstract void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable);
}

/// <summary>
/// The scheduler for real time. (The name is the one configuration knows; inside is a heap ordered by due time, since cancelled entries are swept
/// out by and by.) One timer is armed for the earliest entry; what is due runs in order on one thread. Nothing runs before its time.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private const int SmallestSweep = 1024;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Entry, (long Due, long Order)> _queue = new();
    private readonly Timer _timer;
    private long _order;
    private long _armedFor = long.MaxValue;
    private int _sweepAt = SmallestSweep;
    private bool _running;
    private bool _stopped;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log) => _timer = new Timer(static self => ((HashedWheelTimerScheduler)self).RunDue(), this, Timeout.Infinite, Timeout.Infinite);

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => DateTimeOffset.Now;

    /// <summary>Entries not yet run are dropped; new ones are refused.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            _queue.Clear();
        }

        _timer.Dispose();
    }

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, new TellEntry(receiver, message, sender) { Cancelable = cancelable });

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, new TellEntry(receiver, message, sender) { Cancelable = cancelable, Interval = interval });

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, new ActionEntry(action) { Cancelable = cancelable });

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, new ActionEntry(action) { Cancelable = cancelable, Interval = interval });

    private static long Now() => Stopwatch.GetElapsedTime(0).Ticks;

    private void Add(TimeSpan delay, Entry entry)
    {
        var now = Now();
        entry.Due = delay.Ticks > long.MaxValue - now ? long.MaxValue : now + delay.Ticks;
        lock (_gate)
        {
            if (_stopped)
                throw new SchedulerException("cannot enqueue after timer shutdown");
            if (_queue.Count >= _sweepAt)
                Sweep();
            Enqueue(entry);
            if (!_running && entry.Due < _armedFor)
                Arm(entry.Due, now);
        }
    }

    private void Enqueue(Entry entry) => _queue.Enqueue(entry, (entry.Due, _order++));

    /// <summary>Drops what has been cancelled, so that long timeouts that never come do not pile up.</summary>
    private void Sweep()
    {
        var living = _queue.UnorderedItems.Where(item => !item.Element.IsCancelled).ToArray();
        _queue.Clear();
        _queue.EnqueueRange(living);
        _sweepAt = Math.Max(SmallestSweep, 2 * living.Length);
    }

    private void Arm(long due, long now)
    {
        _armedFor = due;
        var milliseconds = due <= now ? 0 : (due - now + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        _timer.Change(Math.Min(milliseconds, int.MaxValue), Timeout.Infinite);
    }

    private void RunDue()
    {
        lock (_gate)
        {
            if (_running || _stopped)
                return;
            _running = true;
        }

        while (NextDue() is { } entry)
        {
            if (entry.IsCancelled)
                continue;
            try
            {
                entry.Run();
            }
            catch (Exception e)
            {
                Log.Error(e, "A scheduled action failed: {0}", e.Message);
            }

            if (entry.Interval is { } interval)
                Repeat(entry, interval);
        }
    }

    private void Repeat(Entry entry, TimeSpan interval)
    {
        // Counted from when it was due, so that a rate stays a rate; a scheduler that fell behind does not catch up in a burst.
        entry.Due = Math.Max(entry.Due + interval.Ticks, Now());
        lock (_gate)
        {
            if (!_stopped && !entry.IsCancelled)
                Enqueue(entry);
        }
    }

    private Entry NextDue()
    {
        lock (_gate)
        {
            var now = Now();
            if (!_stopped && _queue.TryPeek(out var first, out var priority))
            {
                if (priority.Due <= now)
                    return _queue.Dequeue();
                Arm(priority.Due, now);
            }
            else
            {
                _armedFor = long.MaxValue;
            }

            _running = false;
            return null;
        }
    }

    private abstract class Entry
    {
        public long Due { get; set; }

        public TimeSpan? Interval { get; init; }

        public ICancelable Cancelable { get; init; }

        public bool IsCancelled => Cancelable is { IsCancellationRequested: true };

        public abstract void Run();
    }

    private sealed class TellEntry(ICanTell receiver, object message, IActorRef sender) : Entry
    {
        public override void Run() => receiver.Tell(message, sender);
    }

    private sealed class ActionEntry(Action action) : Entry
    {
        public override void Run() => action();
    }
}
