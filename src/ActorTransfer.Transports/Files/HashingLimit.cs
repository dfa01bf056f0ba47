namespace ActorTransfer.Transports.Files;

/// <summary>
/// Limits how many files are read at the same time only to be hashed: such a read uses a processor as fast as the disk delivers. The rest wait,
/// in the order of the requests and without a thread. Thread-safe.
/// </summary>
/// <param name="max">At least 1.</param>
#pragma warning disable CA1001 // a SemaphoreSlim whose wait handle nobody asks for holds nothing
internal sealed class HashingLimit(int max)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _slots = new(max, max);

    /// <summary>The limit of the process: one for each processor.</summary>
    public static HashingLimit Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>Runs the work on the thread pool as soon as there is a slot.</summary>
    /// <param name="work">Reads and hashes.</param>
    /// <param name="ct">Ends the wait; the work has to watch it by itself.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before it began.</exception>
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
