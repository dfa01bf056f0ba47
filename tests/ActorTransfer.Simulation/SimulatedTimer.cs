namespace ActorTransfer.Simulation;

/// <summary>An event of the simulated future.</summary>
internal sealed class SimulatedTimer(Action action)
{
    private Action? _action = action;

    /// <summary>It has neither fired nor been cancelled.</summary>
    public bool IsPending => _action is not null;

    public void Cancel() => _action = null;

    internal void Fire()
    {
        var action = _action;
        _action = null;
        action?.Invoke();
    }
}
