using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorTransfer.Actors;

/// <summary>
/// Scheduler of an actor system of the engine's own, over the timers of .NET. Akka's scheduler wakes a hundred times a second even when nothing is
/// scheduled, and keeps a cancelled timer, with all that its message refers to, until its wheel has turned: five seconds, in which a busy engine ends
/// thousands of transfers. This one sleeps until the next timer is due and forgets a cancelled one at once.
/// </summary>
internal sealed class TimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly Lock _lock = new();
    private readonly HashSet<Entry> _entries = [];
    private bool _isDisposed;

    /// <summary>Called by Akka.</summary>
    public TimerScheduler(Config scheduler, ILoggingAdapter log)
        : this(scheduler, log, TimeProvider.System)
    {
    }

    /// <param name="scheduler">Settings of the actor system; there are none of this scheduler.</param>
    /// <param name="log">Gets the exceptions of actions.</param>
    /// <param name="clock">Measures the time.</param>
    internal TimerScheduler(Config scheduler, ILoggingAdapter log, TimeProvider clock)
        : base(scheduler, log) => (_clock, _start) = (clock, clock.GetTimestamp());

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => _clock.GetElapsedTime(_start);

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => _clock.GetLocalNow();

    /// <summary>How many timers are waiting.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Drops all timers; the actor system has ended.</summary>
    public void Dispose()
    {
        Entry[] rest;
        lock (_lock)
        {
            _isDisposed = true;
            rest = [.. _entries];
            _entries.Clear();
        }

        Array.ForEach(rest, entry => entry.Stop());
    }

    /// <summary>Sends a message once, later. Disposing the result cancels that. Cheaper than a timer of Akka's interface, which has a token.</summary>
    internal IDisposable TellLater(TimeSpan delay, IActorRef receiver, object message)
    {
        Entry entry = new(this, null, receiver, message);
        Add(entry, delay, null);
        return entry;
    }

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => Add(delay, null, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => Add(delay, null, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        if (cancelable is { IsCancellationRequested: true })
        {
            return;
        }

        Add(new Entry(this, interval, action), delay, cancelable);
    }

    private void Add(Entry entry, TimeSpan delay, ICancelable? cancelable)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                throw new SchedulerException("The scheduler has been shut down.");
            }

            _entries.Add(entry);
        }

        entry.Start(delay, cancelable);
    }

    private bool Remove(Entry entry)
    {
        lock (_lock)
        {
            return _entries.Remove(entry);
        }
    }

    /// <summary>
    /// One timer. The caller that removes it from the set stops it; a repeated one is armed again after its action, so that actions never overlap.
    /// </summary>
    /// <param name="owner">Has it in its set.</param>
    /// <param name="interval">Null: it fires once.</param>
    /// <param name="target">An <see cref="Action"/>, or the actor that gets the message.</param>
    /// <param name="message">Null with an action.</param>
    private sealed class Entry(TimerScheduler owner, TimeSpan? interval, object target, object? message = null) : IDisposable
    {
        private readonly Lock _lock = new();
        private ITimer? _timer;
        private CancellationTokenRegistration _cancelled;
        private bool _isStopped;

        public void Start(TimeSpan delay, ICancelable? cancelable)
        {
            var cancelled = cancelable?.Token.UnsafeRegister(static entry => ((Entry)entry!).Dispose(), this) ?? default;
            lock (_lock)
            {
                if (!_isStopped)
                {
                    _cancelled = cancelled;
                    _timer = owner._clock.CreateTimer(static entry => ((Entry)entry!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    _timer.Change(delay, Timeout.InfiniteTimeSpan);
                }
            }
        }

        public void Stop()
        {
            lock (_lock)
            {
                _isStopped = true;
                _timer?.Dispose();
                _cancelled.Unregister();
            }
        }

        public void Dispose()
        {
            if (owner.Remove(this))
            {
                Stop();
            }
        }

        private void Fire()
        {
            if (interval is null ? !owner.Remove(this) : Volatile.Read(ref _isStopped))
            {
                return;
            }

            try
            {
                if (target is Action action)
                {
                    action();
                }
                else
                {
                    ((IActorRef)target).Tell(message, ActorRefs.NoSender);
                }
            }
            catch (Exception exception)
            {
                owner.Log.Write(exception, EngineLog.ScheduledActionFailed);
            }

            if (interval is not { } next)
            {
                Stop();
                return;
            }

            lock (_lock)
            {
                if (!_isStopped)
                {
                    _timer?.Change(next, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }
}
