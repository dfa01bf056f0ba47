using System.Diagnostics;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>The cost of concurrent transfers. Per transfer: sender, receiver and the pair of the proxy together.</summary>
/// <param name="Active">How many.</param>
/// <param name="WorstFirstByte">Seconds from the call to the first byte at the receiver, the slowest of all.</param>
/// <param name="MedianFirstByte">The same, of the one in the middle.</param>
/// <param name="SecondsUp">Until the first byte of the last had arrived.</param>
/// <param name="SecondsDown">From then until both ends of the last were complete.</param>
/// <param name="MicrosecondsEach">Both times together, by transfer.</param>
/// <param name="CpuMicrosecondsEach">CPU time of both, by transfer.</param>
/// <param name="AllocatedKiBEach">Managed memory allocated, by transfer.</param>
/// <param name="ManagedKiBEach">Managed heap, live objects only, while all were active minus before, by transfer.</param>
/// <param name="ResidentKiBEach">Resident memory likewise; null for small numbers, where the warm-up determines it.</param>
/// <param name="PeakResidentMiB">Most memory of the process in this round; null = not available.</param>
internal sealed record ManyAliveRow(
    int Active,
    double WorstFirstByte,
    double MedianFirstByte,
    double SecondsUp,
    double SecondsDown,
    double MicrosecondsEach,
    double CpuMicrosecondsEach,
    double AllocatedKiBEach,
    double ManagedKiBEach,
    double? ResidentKiBEach,
    double? PeakResidentMiB);

/// <summary>
/// Transfers that are all active at the same time: each starts at once, transfers its first bytes and waits until every other one has done so; then all
/// continue to their end.
/// </summary>
internal static class ManyAlive
{
    /// <summary>Each file: some bytes before the pause, as many after it.</summary>
    private const long Size = 2 * TransfersContent.BeforePause;

    /// <summary>Warm-up: rounds of a few transfers, because concurrent ones leave their memory with the process.</summary>
    private const int WarmUpRounds = 10;

    /// <inheritdoc cref="WarmUpRounds"/>
    private const int WarmUps = 50;

    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(2);

    /// <summary>One round in its own field after small warm-up rounds.</summary>
    public static async Task<ManyAliveRow> MeasureAsync(int count)
    {
        await using var field = await TransfersField.StartAsync();
        for (var round = 0; round < WarmUpRounds; round++)
        {
            await RoundAsync(field, WarmUps);
        }

        return await RoundAsync(field, count);
    }

    private static async Task<ManyAliveRow> RoundAsync(TransfersField field, int count)
    {
        TaskCompletionSource pause = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var managedBefore = LiveBytes();
        var canPeak = TransfersCost.ResetPeak();
        var before = TransfersCost.Now();
        var start = Stopwatch.GetTimestamp();
        TransfersField.Run[] runs = [.. Enumerable.Range(0, count).Select(_ => field.Begin(Size, pause.Task))];
        try
        {
            var firsts = Task.WhenAll(runs.Select(run => run.FirstByte));
            await Task.WhenAny(firsts, Task.WhenAll(runs.Select(run => run.Ended))).WaitAsync(MaxWait);
            var up = Stopwatch.GetElapsedTime(start);
            var between = TransfersCost.Now();
            if (runs.Any(run => run.Ended.IsCompleted))
            {
                await Task.WhenAll(runs.Where(run => run.Ended.IsCompleted).Select(run => run.Ended)); // throws their failures
                throw new InvalidOperationException("Not all transfers were active at the same time.");
            }

            var managed = LiveBytes() - managedBefore;
            var alive = TransfersCost.Now();
            var middle = Stopwatch.GetTimestamp();
            pause.SetResult();
            await Task.WhenAll(runs.Select(run => run.Ended)).WaitAsync(MaxWait);
            var down = Stopwatch.GetElapsedTime(middle);
            var after = TransfersCost.Now();
            double[] waits = [.. runs.Select(run => run.UntilFirstByte.TotalSeconds).Order()];
            return new ManyAliveRow(
                count,
                waits[^1],
                TransfersCost.Quantile(waits, 0.5),
                up.TotalSeconds,
                down.TotalSeconds,
                (up + down).TotalMicroseconds / count,
                (between.Cpu - before.Cpu + after.Cpu - alive.Cpu) * 1e6 / count,
                (between.Allocated - before.Allocated + after.Allocated - alive.Allocated) / 1024.0 / count,
                managed / 1024.0 / count,
                count >= 10 * WarmUps ? (alive.Resident - before.Resident) / 1024.0 / count : null,
                canPeak ? TransfersCost.PeakResident / 1048576.0 : null);
        }
        finally
        {
            pause.TrySetResult();
        }
    }

    /// <summary>Collects all garbage, returns its memory, and measures the live heap.</summary>
    private static long LiveBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
