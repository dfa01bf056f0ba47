using System.Diagnostics;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The scheduler for real time. (The name is the one configuration knows; inside is a heap ordered by due time, since cancelled entries are swept
/// out by and by.) One timer is armed for the earliest entry; what is due runs in order on one thread. Nothing runs before its time.
/// </summary>
public sealed class HashedWheelTimerScheduler : IScheduler, IAdvancedScheduler, IDisposable
{
    private const int SmallestSweep = 1024;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Entry, (long Due, long Order)> _queue = new();
    private readonly Timer _timer;
    private readonly ILoggingAdapter _log;
    private long _order;
    private long _armedFor = long.MaxValue;
    private int _sweepAt = SmallestSweep;
    private bool _running;
    private bool _stopped;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
    {
        _log = log;
        _timer = new Timer(static self => ((HashedWheelTimerScheduler)self).RunDue(), this, Timeout.Infinite, Timeout.Infinite);
    }

    public DateTimeOffset Now => DateTimeOffset.Now;

    public IAdvancedScheduler Advanced => this;

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

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, new TellEntry(receiver, message, sender) { Cancelable = cancelable });

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, new TellEntry(receiver, message, sender) { Cancelable = cancelable, Interval = interval });

    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, new ActionEntry(action) { Cancelable = cancelable });

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, new ActionEntry(action) { Cancelable = cancelable, Interval = interval });

    private static long Ticks() => Stopwatch.GetElapsedTime(0).Ticks;

    private void Add(TimeSpan delay, Entry entry)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (entry.Interval is { } interval)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        var now = Ticks();
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
                _log.Error(e, "A scheduled action failed: {0}", e.Message);
            }

            if (entry.Interval is { } interval)
                Repeat(entry, interval);
        }
    }

    private void Repeat(Entry entry, TimeSpan interval)
    {
        // Counted from when it was due, so that a rate stays a rate; a scheduler that fell behind does not catch up in a burst.
        entry.Due = Math.Max(entry.Due + interval.Ticks, Ticks());
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
            var now = Ticks();
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
