using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A scheduler whose time moves only by <see cref="Advance"/>. What is due runs on the thread that advances, once per call: a repeating
/// entry starts its next interval from the new time.
/// </summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
    {
    }

    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                return _now;
            }
        }
    }

    public IAdvancedScheduler Advanced => this;

    /// <summary>Moves time on and runs what has become due, in the order of its time.</summary>
    public void Advance(TimeSpan offset)
    {
        List<Entry> due;
        lock (_gate)
        {
            _now += offset;
            due = [.. _entries.Where(e => e.At <= _now).OrderBy(e => e.At)];
            _entries.RemoveAll(e => e.At <= _now);
        }

        foreach (var entry in due.Where(e => !e.IsCancelled))
        {
            entry.Run();
            if (entry.Interval is { } interval && !entry.IsCancelled)
                Add(interval, entry.Interval, entry.Run, entry.Cancelable);
        }
    }

    public void AdvanceTo(DateTimeOffset when)
    {
        var now = Now;
        if (when < now)
            throw new InvalidOperationException("Time does not run backwards.");
        Advance(when - now);
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action) => Add(delay, null, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => Add(delay, null, action, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action run, ICancelable cancelable)
    {
        lock (_gate)
        {
            _entries.Add(new Entry(_now + delay, interval, run, cancelable));
        }
    }

    private sealed class Entry(DateTimeOffset at, TimeSpan? interval, Action run, ICancelable cancelable)
    {
        public DateTimeOffset At => at;

        public TimeSpan? Interval => interval;

        public Action Run => run;

        public ICancelable Cancelable => cancelable;

        public bool IsCancelled => cancelable is { IsCancellationRequested: true };
    }
}
