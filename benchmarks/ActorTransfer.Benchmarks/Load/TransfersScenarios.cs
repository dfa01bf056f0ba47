namespace ActorTransfer.Benchmarks.Load;

/// <summary>Rounds of a measurement.</summary>
internal static class TransfersRounds
{
    /// <summary>Until then the JIT compiler takes a seventh of the processors: Akka's packages have no native code.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(30);

    private static bool s_isWarm;

    /// <summary>Repeats a measurement, which gets the number of the round. Returns the round with the median main figure, and all rounds.</summary>
    public static async Task<(T Median, IReadOnlyList<T> All)> OfAsync<T>(
        LoadOptions options, Func<int, Task<T>> measure, Func<T, double> figure, CancellationToken cancel)
    {
        List<T> rounds = [];
        if (!s_isWarm)
        {
            options.Report($"warm-up: small transfers for {s_warmUp.TotalSeconds} s");
            await Transfers.SmallAsync(atOnce: 64, size: 1024, s_warmUp * 0.8); // which warms up for a quarter of that first
            s_isWarm = true;
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            rounds.Add(await measure(round));
            options.Report($"round {round + 1} of {options.Rounds}: {rounds[^1]}");
        }

        return (rounds.OrderBy(figure).ElementAt(rounds.Count / 2), rounds);
    }
}

/// <summary>Whole transfers of 1 KiB.</summary>
internal sealed class TransfersScenario : ILoadScenario
{
    public string Name => "transfers";

    public string Summary => "whole transfers of 1 KiB a second, sender, proxy and receiver in one process (--concurrency, --seconds)";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        List<LoadRow> rows = [];
        foreach (var atOnce in options.Concurrency.Count == 0 ? [64] : options.Concurrency)
        {
            var time = TimeSpan.FromSeconds(Math.Max(10, options.Seconds));
            var (median, all) = await TransfersRounds.OfAsync(options, _ => Transfers.SmallAsync(atOnce, 1024, time), each => each.PerSecond, cancel);
            rows.Add(new LoadRow()
                .With("at once", atOnce)
                .With("transfers/s", median.PerSecond)
                .With("rounds", all.Select(each => each.PerSecond).ToArray())
                .With("median ms", median.MedianMs)
                .With("p99 ms", median.P99Ms)
                .With("CPU us each", median.CpuMicrosecondsEach)
                .With("allocated KiB each", median.AllocatedKiBEach)
                .With("collections", string.Join('/', median.Collections)));
        }

        return rows;
    }
}

/// <summary>Time to the first byte of new transfers while others saturate the machine.</summary>
internal sealed class TransfersBusyScenario : ILoadScenario
{
    private const int PerSecond = 50;

    public string Name => "transfers-busy";

    public string Summary => "50 new transfers a second while 64 large ones saturate the machine (--pairs, --seconds)";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        List<LoadRow> rows = [];
        foreach (var bulk in options.Pairs.Count == 0 ? [64] : options.Pairs)
        {
            var time = TimeSpan.FromSeconds(Math.Max(10, options.Seconds));
            var (median, all) = await TransfersRounds.OfAsync(options, _ => Transfers.BusyAsync(bulk, PerSecond, time), each => each.P99Ms, cancel);
            rows.Add(new LoadRow()
                .With("large ones", bulk)
                .With("new ones", median.Count)
                .With("new ones/s", median.PerSecond)
                .With("begun late, median ms", median.LateMedianMs)
                .With("begun late, worst ms", median.LateWorstMs)
                .With("first byte, median ms", median.MedianMs)
                .With("p99 ms", median.P99Ms)
                .With("rounds", all.Select(each => each.P99Ms).ToArray())
                .With("worst ms", median.WorstMs)
                .With("whole, p99 ms", median.WholeP99Ms)
                .With("large ones MB/s", median.BulkMegabytesPerSecond));
        }

        return rows;
    }
}

/// <summary>Cost of transfers that are active at the same time, by their number.</summary>
internal sealed class ManyAliveScenario : ILoadScenario
{
    public string Name => "many-alive";

    public string Summary => "10, 100, 1,000 and 4,000 transfers active at once, sender, proxy and receiver in one process (--pairs)";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        List<LoadRow> rows = [];
        foreach (var count in options.Pairs.Count == 0 ? [10, 100, 1000, 4000] : options.Pairs)
        {
            var (median, all) = await TransfersRounds.OfAsync(options, _ => ManyAlive.MeasureAsync(count), each => each.WorstFirstByte, cancel);
            rows.Add(new LoadRow()
                .With("alive", count)
                .With("worst first byte s", median.WorstFirstByte)
                .With("rounds", all.Select(each => each.WorstFirstByte).ToArray())
                .With("median s", median.MedianFirstByte)
                .With("up s", median.SecondsUp)
                .With("down s", median.SecondsDown)
                .With("us each", median.MicrosecondsEach)
                .With("CPU us each", median.CpuMicrosecondsEach)
                .With("allocated KiB each", median.AllocatedKiBEach)
                .With("heap KiB each", median.ManagedKiBEach)
                .With("RSS KiB each", median.ResidentKiBEach)
                .With("peak RSS MiB", median.PeakResidentMiB));
        }

        return rows;
    }
}
