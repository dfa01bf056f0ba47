namespace ActorTransfer.Transports.Files;

/// <summary>
/// Deletes expired partial files in the background: at most once an hour per folder, one folder at a time, on the thread pool. Listing a
/// folder of 100,000 files takes long, so no transfer waits for it. Thread-safe.
/// </summary>
/// <param name="time">The clock for ages and the hourly limit.</param>
internal sealed class PartialCleanup(TimeProvider time)
{
    private const int MaxFolders = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _swept = new(StringComparer.Ordinal);
    private Task _last = Task.CompletedTask;

    /// <summary>The instance of the process.</summary>
    public static PartialCleanup Shared { get; } = new(TimeProvider.System);

    /// <summary>Minimum interval between two cleanups of a folder.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Schedules a cleanup of the folder, unless there was one within the last hour. Does not block. Returns a task that ends with the
    /// cleanup and does not fail.
    /// </summary>
    /// <param name="folder">The destination folder; it need not exist.</param>
    /// <param name="maxAge">Partial files that were not written for this long are deleted.</param>
    public Task Start(string folder, TimeSpan maxAge)
    {
        DateTimeOffset now = time.GetUtcNow();
        string path = Path.GetFullPath(folder);
        lock (_lock)
        {
            if (_swept.TryGetValue(path, out DateTimeOffset last) && (now - last).Duration() < Interval)
            {
                return _last;
            }

            if (_swept.Count >= MaxFolders)
            {
                _swept.Clear(); // many folders; the cost is an earlier cleanup
            }

            _swept[path] = now;
            return _last = SweepAsync(_last, path, now - maxAge);
        }
    }

    private static async Task SweepAsync(Task before, string folder, DateTimeOffset olderThan)
    {
        await before;
        try
        {
            await Task.Run(() => PartialFolder.Sweep(folder, olderThan));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The folder changed concurrently; the next cleanup will handle it.
        }
    }
}
