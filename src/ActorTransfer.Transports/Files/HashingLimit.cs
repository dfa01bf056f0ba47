namespace ActorTransfer.Transports.Files;

/// <summary>
/// Limits how many files are hashed concurrently: such a read uses a processor as fast as the disk delivers. Others wait in order, without
/// a thread. Thread-safe.
/// </summary>
/// <param name="max">At least 1.</param>
#pragma warning disable CA1001 // a SemaphoreSlim without a wait handle has nothing to dispose
internal sealed class HashingLimit(int max)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _slots = new(max, max);

    /// <summary>The limit of the process: one per processor.</summary>
    public static HashingLimit Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>Runs the work on the thread pool when a slot is free.</summary>
    /// <param name="work">Reads and hashes.</param>
    /// <param name="ct">Cancels the wait; the work must observe it itself.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before it started.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await _slots.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, ct).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }
}
