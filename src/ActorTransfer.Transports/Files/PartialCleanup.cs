namespace ActorTransfer.Transports.Files;

/// <summary>
/// Deletes old parts beside the transfers: at most once an hour for each folder, one folder at a time, on a thread of the pool. Listing a folder of
/// 100,000 files takes long, and no transfer waits for it. Thread-safe.
/// </summary>
/// <param name="time">Of the files, and of the hour.</param>
internal sealed class PartialCleanup(TimeProvider time)
{
    private const int MaxFolders = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _swept = new(StringComparer.Ordinal);
    private Task _last = Task.CompletedTask;

    /// <summary>Of the whole process.</summary>
    public static PartialCleanup Shared { get; } = new(TimeProvider.System);

    /// <summary>How long a folder is left alone.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromHours(1);

    /// <summary>Looks through the folder soon, unless that was done within the last hour. Does not block. Value: ends when what is due is done; does not fail.</summary>
    /// <param name="folder">Where files are received; it need not exist.</param>
    /// <param name="maxAge">Parts that nobody has written for so long are deleted.</param>
    public Task Start(string folder, TimeSpan maxAge)
    {
        DateTimeOffset now = time.GetUtcNow();
        string path = Path.GetFullPath(folder);
        lock (_lock)
        {
            if (_swept.TryGetValue(path, out DateTimeOffset last) && now - last < Interval)
            {
                return _last;
            }

            if (_swept.Count >= MaxFolders)
            {
                _swept.Clear(); // somebody makes folders; the price is an hour less of rest
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
            // The folder changes under its feet; there is another hour.
        }
    }
}
