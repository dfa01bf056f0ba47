using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Scenarios;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>Rounds of a measurement.</summary>
internal static class TransfersRounds
{
    /// <summary>Repeats a measurement, which gets the number of the round. Returns the round with the median main figure, and all rounds.</summary>
    public static async Task<(T Median, IReadOnlyList<T> All)> OfAsync<T>(
        LoadOptions options, Func<int, Task<T>> measure, Func<T, double> figure, CancellationToken cancel)
    {
        List<T> rounds = [];
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

/// <summary>
/// Concurrent large transfers, generated and compared in memory, or from disk to disk; in the same round, alternately before or after them, the
/// throughput of the product's proxy alone, as a separate process, for as many pairs.
/// </summary>
/// <param name="files">From disk to disk.</param>
internal sealed class TransfersBulkScenario(bool files) : ILoadScenario
{
    private const long Size = 256 << 20;

    public string Name => files ? "transfers-files" : "transfers-bulk";

    public string Summary => files
        ? "16 transfers of 256 MiB at once, file to file, SHA-256 at both ends, next to the proxy alone (--pairs, --seconds of the proxy)"
        : "64 transfers of 256 MiB at once, no disk, SHA-256 at both ends, next to the proxy alone (--pairs, --seconds of the proxy)";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        await using var proxy = await CandidateKinds.Product.TryStartAsync(options, cancel);
        List<LoadRow> rows = [];
        foreach (var count in options.Pairs.Count > 0 ? options.Pairs : files ? [16] : [64])
        {
            var (median, all) = await TransfersRounds.OfAsync(
                options, round => MeasureAsync(proxy, count, round, options, cancel), each => each.Transfers.MegabytesPerSecond, cancel);
            rows.Add(new LoadRow()
                .With("transfers", count)
                .With("MB/s", median.Transfers.MegabytesPerSecond)
                .With("rounds", all.Select(each => each.Transfers.MegabytesPerSecond).ToArray())
                .With("proxy alone MB/s", Median(all, each => each.Proxy?.Rate))
                .With("proxy rounds", all.Select(each => each.Proxy?.Rate ?? double.NaN).ToArray())
                .With("to proxy", Median(all, each => each.ToProxy))
                .With("to proxy, rounds", all.Select(each => each.ToProxy ?? double.NaN).ToArray())
                .With("CPU s/GB", median.Transfers.CpuSecondsPerGigabyte)
                .With("SHA-256 CPU s/GB, one end", median.Transfers.HashSecondsPerGigabyte)
                .With("bound by SHA-256 MB/s", median.Transfers.HashBound)
                .With("first/last to end", median.Transfers.SlowestToFastest)
                .With("peak MiB", median.Transfers.PeakResidentMiB)
                .With("proxy compiled", proxy?.Compiled));
        }

        return rows;
    }

    private async Task<BesideProxy> MeasureAsync(Candidate? proxy, int count, int round, LoadOptions options, CancellationToken cancel)
    {
        var before = proxy is not null && round % 2 == 0 ? await AloneAsync(proxy, count, options, cancel) : null;
        var transfers = files ? await Transfers.FilesAsync(count, Size, options.Digest) : await Transfers.BulkAsync(count, Size, options.Digest);
        return new BesideProxy(transfers, proxy is null ? null : before ?? await AloneAsync(proxy, count, options, cancel));
    }

    private static async Task<RelayWindow> AloneAsync(Candidate proxy, int count, LoadOptions options, CancellationToken cancel)
    {
        var window = await RelayWindow.MeasureAsync(proxy, count, options, cancel);
        return window.Lost == 0 ? window : throw new InvalidDataException($"The proxy alone lost {window.Lost} bytes.");
    }

    private static double? Median(IEnumerable<BesideProxy> all, Func<BesideProxy, double?> figure)
    {
        double[] known = [.. all.Select(figure).OfType<double>().Order()];
        return known.Length == 0 ? null : TransfersCost.Quantile(known, 0.5);
    }

    private sealed record BesideProxy(BulkTransfers Transfers, RelayWindow? Proxy)
    {
        public double? ToProxy => Transfers.MegabytesPerSecond / Proxy?.Rate;

        public override string ToString() => FormattableString.Invariant(
            $"transfers {Transfers.MegabytesPerSecond:0} MB/s, the proxy alone {Proxy?.Rate:0} MB/s, ratio {ToProxy:0.00}");
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
