using System.Diagnostics;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>What so many transfers cost that live at the same time. Per transfer: sender, receiver and the pair of the proxy together.</summary>
/// <param name="Alive">How many.</param>
/// <param name="WorstFirstByte">Seconds from the call to the first byte at the receiver, the slowest of all.</param>
/// <param name="MedianFirstByte">The same, of the one in the middle.</param>
/// <param name="SecondsUp">Until the first byte of the last had arrived.</param>
/// <param name="SecondsDown">From then until both ends of the last were complete.</param>
/// <param name="MicrosecondsEach">Both times together, by transfer.</param>
/// <param name="CpuMicrosecondsEach">CPU time of both, by transfer.</param>
/// <param name="AllocatedKiBEach">Managed memory allocated, by transfer.</param>
/// <param name="ResidentKiBEach">Growth of the process in memory while all were alive, after a collection, by transfer.</param>
/// <param name="ManagedKiBEach">Growth of the managed heap, live objects only, by transfer.</param>
/// <param name="PeakResidentMiB">Most memory of the process until the last had ended.</param>
internal sealed record ManyAliveRow(
    int Alive,
    double WorstFirstByte,
    double MedianFirstByte,
    double SecondsUp,
    double SecondsDown,
    double MicrosecondsEach,
    double CpuMicrosecondsEach,
    double AllocatedKiBEach,
    double ResidentKiBEach,
    double ManagedKiBEach,
    double PeakResidentMiB);

/// <summary>
/// Transfers that are all alive at the same moment: each begins at once, moves its first bytes and then waits until every other one has moved some; then all
/// go on to their end.
/// </summary>
internal static class ManyAlive
{
    /// <summary>Each file: some bytes before the pause, as many after it.</summary>
    private const long Size = 2 * TransfersContent.BeforePause;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>One round in a field of its own, after a small one that does not count.</summary>
    public static async Task<ManyAliveRow> MeasureAsync(int count)
    {
        await using var field = await TransfersField.StartAsync();
        await RoundAsync(field, 500);
        return await RoundAsync(field, count);
    }

    private static async Task<ManyAliveRow> RoundAsync(TransfersField field, int count)
    {
        TaskCompletionSource pause = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        var before = TransfersCost.Now();
        var start = Stopwatch.GetTimestamp();
        TransfersField.Run[] runs = [.. Enumerable.Range(0, count).Select(_ => field.Begin(Size, pause.Task))];
        try
        {
            var firsts = Task.WhenAll(runs.Select(run => run.FirstByte));
            await Task.WhenAny(firsts, Task.WhenAll(runs.Select(run => run.Ended))).WaitAsync(Patience);
            var up = Stopwatch.GetElapsedTime(start);
            var between = TransfersCost.Now();
            if (runs.Any(run => run.Ended.IsCompleted))
            {
                await Task.WhenAll(runs.Where(run => run.Ended.IsCompleted).Select(run => run.Ended)); // throws what went wrong
                throw new InvalidOperationException("Not all were alive at the same time.");
            }

            var managed = GC.GetTotalMemory(forceFullCollection: true) - managedBefore;
            var alive = TransfersCost.Now();
            var middle = Stopwatch.GetTimestamp();
            pause.SetResult();
            await Task.WhenAll(runs.Select(run => run.Ended)).WaitAsync(Patience);
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
                (alive.Resident - before.Resident) / 1024.0 / count,
                managed / 1024.0 / count,
                TransfersCost.PeakResident / 1048576.0);
        }
        finally
        {
            pause.TrySetResult();
        }
    }
}
