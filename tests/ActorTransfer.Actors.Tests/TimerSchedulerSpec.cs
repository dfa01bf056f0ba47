using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Actors.Tests;

public sealed class TimerSchedulerSpec : IDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider _clock = new();
    private readonly TimerScheduler _scheduler;
    private int _runs;

    public TimerSchedulerSpec() => _scheduler = new TimerScheduler(Config.Empty, NoLogger.Instance, _clock);

    private IActionScheduler Actions => _scheduler;

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public void Action_must_run_once_when_it_is_due()
    {
        Actions.ScheduleOnce(s_second, Run);
        _clock.Advance(s_second - TimeSpan.FromMilliseconds(1));
        Assert.Equal((0, 1), (_runs, _scheduler.Count));
        _clock.Advance(10 * s_second);
        Assert.Equal((1, 0), (_runs, _scheduler.Count));
    }

    [Fact]
    public void Repeated_action_must_run_until_it_is_cancelled()
    {
        using var cancelable = new Cancelable(Actions);
        Actions.ScheduleRepeatedly(TimeSpan.Zero, s_second, Run, cancelable);
        for (var second = 0; second < 3; second++)
        {
            _clock.Advance(s_second);
        }

        Assert.Equal(4, _runs);
        cancelable.Cancel();
        _clock.Advance(s_second);
        Assert.Equal((4, 0), (_runs, _scheduler.Count));
    }

    [Fact]
    public void Cancelled_action_must_not_run_and_must_be_forgotten_at_once()
    {
        using var cancelable = new Cancelable(Actions);
        var held = ScheduleWithPayload(cancelable);
        cancelable.Cancel();
        GC.Collect();
        Assert.Equal((0, false), (_scheduler.Count, held.IsAlive));
        _clock.Advance(10 * s_second);
        Assert.Equal(0, _runs);
    }

    [Fact]
    public void Action_that_is_cancelled_already_must_not_be_scheduled()
    {
        Actions.ScheduleOnce(s_second, Run, Cancelable.CreateCanceled());
        Assert.Equal(0, _scheduler.Count);
    }

    [Fact]
    public void Repeated_action_must_go_on_after_it_has_thrown()
    {
        Actions.ScheduleRepeatedly(s_second, s_second, () =>
        {
            _runs++;
            throw new InvalidOperationException("expected");
        });
        _clock.Advance(s_second);
        _clock.Advance(s_second);
        Assert.Equal(2, _runs);
    }

    [Fact]
    public void Action_may_cancel_its_own_repetition()
    {
        using var cancelable = new Cancelable(Actions);
        Actions.ScheduleRepeatedly(s_second, s_second, () =>
        {
            _runs++;
            cancelable.Cancel();
        }, cancelable);
        _clock.Advance(s_second);
        _clock.Advance(s_second);
        Assert.Equal((1, 0), (_runs, _scheduler.Count));
    }

    [Fact]
    public void Disposed_scheduler_must_drop_its_timers_and_refuse_new_ones()
    {
        Actions.ScheduleOnce(s_second, Run);
        _scheduler.Dispose();
        _clock.Advance(s_second);
        Assert.Equal((0, 0), (_runs, _scheduler.Count));
        Assert.Throws<SchedulerException>(() => Actions.ScheduleOnce(s_second, Run));
    }

    [Fact]
    public void Clocks_must_advance_with_the_time()
    {
        var before = _scheduler.HighResMonotonicClock;
        _clock.Advance(s_second);
        Assert.Equal(s_second, _scheduler.HighResMonotonicClock - before);
        Assert.Equal(_clock.GetUtcNow(), ((ITimeProvider)_scheduler).Now);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference ScheduleWithPayload(Cancelable cancelable)
    {
        var payload = new object();
        Actions.ScheduleOnce(s_second, () => _runs += payload.GetHashCode(), cancelable);
        return new WeakReference(payload);
    }

    private void Run() => _runs++;
}
