using Akka.Actor;

namespace ActorTransfer.Actors;

/// <summary>
/// A timeout that is set often and seldom passes. A new deadline that is later than the armed timer leaves that as it is: it fires early, and is armed
/// again for the rest.
/// </summary>
/// <param name="scheduler">Clock and timers.</param>
/// <param name="actor">Gets <see cref="Fired"/>, and passes it to <see cref="HasPassed"/>.</param>
internal sealed class DeadlineTimer(IScheduler scheduler, IActorRef actor)
{
    private IDisposable? _timer;
    private Fired? _armed;
    private DateTimeOffset _fires;
    private DateTimeOffset _deadline;
    private TimeSpan _within;

    /// <summary>Sets the deadline, which replaces an earlier one.</summary>
    public void Set(TimeSpan within)
    {
        _within = within;
        _deadline = scheduler.Now + within;
        if (_armed is null || _deadline < _fires)
        {
            Arm(within);
        }
    }

    /// <summary>Whether the deadline has passed. Otherwise the timer is armed for the rest, which a clock that was set back does not prolong.</summary>
    public bool HasPassed(Fired fired)
    {
        if (fired != _armed)
        {
            return false; // of a timer that was replaced
        }

        _armed = null;
        var rest = _deadline - scheduler.Now;
        if (rest <= TimeSpan.Zero)
        {
            return true;
        }

        Arm(rest < _within ? rest : _within);
        return false;
    }

    public void Cancel() => _timer?.Dispose();

    private void Arm(TimeSpan within)
    {
        _timer?.Dispose();
        _armed = new Fired();
        _fires = scheduler.Now + within;
        _timer = scheduler.TellLater(within, actor, _armed);
    }

    /// <summary>To the actor: a timer has fired, perhaps before the deadline.</summary>
    internal sealed class Fired;
}
