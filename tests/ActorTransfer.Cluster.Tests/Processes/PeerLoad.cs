using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>
/// A constant load of transfers from a peer: to each of several addresses it sends the content again as soon as the last transfer has ended, each under a name
/// of its own.
/// </summary>
internal sealed class PeerLoad : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);

    /// <summary>Between two transfers; a refused offer is repeated soon, not at once.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private static int s_files;
    private readonly CancellationTokenSource _over = new();
    private readonly Task[] _senders;

    /// <param name="peer">The sender.</param>
    /// <param name="to">The receivers; an address may repeat.</param>
    /// <param name="content">Of all files.</param>
    public PeerLoad(IFileTransfers peer, IEnumerable<Jid> to, byte[] content) => _senders = [.. to.Select(address => SendAsync(peer, address, content))];

    /// <summary>Transfers that have ended.</summary>
    public ConcurrentQueue<LoadTransfer> Ended { get; } = [];

    public int Completed => Ended.Count(one => one.IsCompleted);

    public IReadOnlyList<LoadTransfer> Failed => [.. Ended.Where(one => !one.IsCompleted)];

    /// <summary>
    /// Time from the event to the begin of the first transfer after the last one that failed; null = none has completed since. None fails if all senders await
    /// stanzas that are lost until the event is over.
    /// </summary>
    public TimeSpan? RecoveredAfter(long since)
    {
        var after = Ended.Where(one => one.Began >= since).OrderBy(one => one.Began).ToList();
        var next = after.FindLastIndex(one => !one.IsCompleted) + 1;
        return next < after.Count ? Stopwatch.GetElapsedTime(since, after[next].Began) : null;
    }

    /// <summary>Time from the event to the end of the first transfer that has begun later and completed; null = none.</summary>
    public TimeSpan? CompletedAfter(long since) => Ended
        .Where(one => one.Began >= since && one.IsCompleted)
        .Select(one => (TimeSpan?)Stopwatch.GetElapsedTime(since, one.At))
        .Min();

    /// <summary>No new transfers; completes when the last has ended.</summary>
    public async Task StopAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_senders);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _over.Dispose();
    }

    /// <summary>Counts, and the last failures, for the message of a failed test.</summary>
    public string Describe() => $"{Completed} completed, {Failed.Count} failed; the last of these:\n" + string.Join('\n', Failed.TakeLast(5));

    private async Task SendAsync(IFileTransfers peer, Jid to, byte[] content)
    {
        while (!_over.IsCancellationRequested)
        {
            var name = $"{Interlocked.Increment(ref s_files)}.bin";
            var began = Stopwatch.GetTimestamp();
            var transfer = await peer.SendAsync(to, new MemoryStream(content, writable: false), new FileDescription(name, content.Length));
            if (await Task.WhenAny(transfer.Completion, Task.Delay(s_patience)) != transfer.Completion)
            {
                await transfer.CancelAsync(); // its offer is lost
            }

            var outcome = await transfer.Completion;
            Ended.Enqueue(new LoadTransfer(to, name, began, Stopwatch.GetTimestamp(), outcome));
            await Task.Delay(s_pause).ConfigureAwait(false);
        }
    }
}

/// <summary>A transfer of a load.</summary>
/// <param name="To">The receiver.</param>
/// <param name="Name">Name of its file, which no other one has.</param>
/// <param name="Began">Timestamp of its begin.</param>
/// <param name="At">Timestamp of its end.</param>
/// <param name="Outcome">Its outcome.</param>
internal sealed record LoadTransfer(Jid To, string Name, long Began, long At, TransferOutcome Outcome)
{
    public bool IsCompleted => Outcome is TransferOutcome.Completed;
}
