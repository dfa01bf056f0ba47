using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>A constant load of transfers from a peer to the component: each of several senders sends the file again as soon as its transfer has ended.</summary>
internal sealed class PeerLoad : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);
    private readonly CancellationTokenSource _over = new();
    private readonly Task[] _senders;

    public PeerLoad(IFileTransfers peer, Jid to, FileInfo file, int senders)
    {
        _senders = [.. Enumerable.Range(0, senders).Select(_ => SendAsync(peer, to, file))];
    }

    /// <summary>Transfers that have ended, with the times of their begin and end.</summary>
    public ConcurrentQueue<(long Began, long At, TransferOutcome Outcome)> Ended { get; } = [];

    public int Completed => Ended.Count(one => one.Outcome is TransferOutcome.Completed);

    public IReadOnlyList<TransferOutcome> Failed => [.. Ended.Select(one => one.Outcome).Where(outcome => outcome is not TransferOutcome.Completed)];

    /// <summary>
    /// Time from the event to the begin of the first transfer after the last one that failed; null = none has completed since. None fails if all senders await
    /// stanzas that are lost until the event is over.
    /// </summary>
    public TimeSpan? RecoveredAfter(long since)
    {
        var after = Ended.Where(one => one.Began >= since).OrderBy(one => one.Began).ToList();
        var next = after.FindLastIndex(one => one.Outcome is not TransferOutcome.Completed) + 1;
        return next < after.Count ? Stopwatch.GetElapsedTime(since, after[next].Began) : null;
    }

    /// <summary>Time from the event to the end of the first transfer that has begun later and completed; null = none.</summary>
    public TimeSpan? CompletedAfter(long since) => Ended
        .Where(one => one.Began >= since && one.Outcome is TransferOutcome.Completed)
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

    private async Task SendAsync(IFileTransfers peer, Jid to, FileInfo file)
    {
        while (!_over.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            var transfer = await peer.SendAsync(to, file);
            if (await Task.WhenAny(transfer.Completion, Task.Delay(s_patience)) != transfer.Completion)
            {
                await transfer.CancelAsync(); // its offer is lost
            }

            var outcome = await transfer.Completion;
            Ended.Enqueue((began, Stopwatch.GetTimestamp(), outcome));
            if (outcome is not TransferOutcome.Completed)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false); // a refused offer is repeated soon, not at once
            }
        }
    }
}
