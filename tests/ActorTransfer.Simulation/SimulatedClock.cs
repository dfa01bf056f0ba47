namespace ActorTransfer.Simulation;

/// <summary>Simulated time: events in order of their time, those of one time in the order in which they were scheduled.</summary>
internal sealed class SimulatedClock
{
    private readonly PriorityQueue<SimulatedTimer, (long Ticks, int Order)> _events = new();
    private int _order;

    public TimeSpan Now { get; private set; }

    /// <summary>How many events have happened.</summary>
    public int Happened { get; private set; }

    public SimulatedTimer After(TimeSpan delay, Action action) => At(Now + delay, action);

    public SimulatedTimer At(TimeSpan time, Action action)
    {
        var timer = new SimulatedTimer(action);
        _events.Enqueue(timer, (time.Ticks, _order++));
        return timer;
    }

    /// <summary>The next event happens; false when there is none.</summary>
    public bool Step()
    {
        while (_events.TryDequeue(out var next, out var due))
        {
            if (next.IsPending)
            {
                Now = TimeSpan.FromTicks(due.Ticks);
                Happened++;
                next.Fire();
                return true;
            }
        }

        return false;
    }
}
