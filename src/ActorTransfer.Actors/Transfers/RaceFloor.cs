namespace ActorTransfer.Actors.Transfers;

/// <summary>While a race runs: only candidates above this priority count. Thread-safe.</summary>
internal sealed class RaceFloor
{
    private TaskCompletionSource _raised = NewSignal();
    private long _priority = long.MinValue;

    /// <summary>Candidates of this and lower priorities are out of the race.</summary>
    public long Priority => Interlocked.Read(ref _priority);

    /// <summary>Completes when the priority is raised. Take it before <see cref="Priority"/> is read.</summary>
    public Task Raised => Volatile.Read(ref _raised).Task;

    /// <summary>Called by one thread at a time.</summary>
    public void Raise(long priority)
    {
        Interlocked.Exchange(ref _priority, priority);
        Interlocked.Exchange(ref _raised, NewSignal()).TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
