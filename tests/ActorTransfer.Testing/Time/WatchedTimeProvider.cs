using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Testing.Time;

/// <summary>A fake clock that reports when a timer waits for it, so that a test does not advance it too early. Its timers run once.</summary>
public sealed class WatchedTimeProvider : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<ITimer> _running = [];
    private TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        WatchedTimer timer = new(this);
        timer.Inner = base.CreateTimer(_ => timer.Run(() => callback(state)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes as soon as a timer is running.</summary>
    public Task TimerAsync()
    {
        lock (_lock)
        {
            return _running.Count > 0 ? Task.CompletedTask : _started.Task;
        }
    }

    private sealed class WatchedTimer(WatchedTimeProvider owner) : ITimer
    {
        public ITimer? Inner { get; set; }

        public void Run(Action callback)
        {
            Stopped();
            callback();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                // In the lock: a timer must not be reported before it is running, or after it ran.
                var changed = Inner!.Change(dueTime, period);
                if (dueTime <= TimeSpan.Zero)
                {
                    owner._running.Remove(this);
                }
                else if (owner._running.Add(this))
                {
                    owner._started.TrySetResult();
                    owner._started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                return changed;
            }
        }

        public void Dispose()
        {
            Stopped();
            Inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Stopped()
        {
            lock (owner._lock)
            {
                owner._running.Remove(this);
            }
        }
    }
}
