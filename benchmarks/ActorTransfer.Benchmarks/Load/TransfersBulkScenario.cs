using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Scenarios;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>
/// Concurrent large transfers, generated and compared in memory, or from disk to disk; in the same round, alternately before or after them, bare
/// <c>await</c> loops through the same proxy, and the throughput of the product's proxy alone, as a separate process, for as many pairs.
/// </summary>
/// <param name="files">From disk to disk.</param>
internal sealed class TransfersBulkScenario(bool files) : ILoadScenario
{
    private const long Size = 256 << 20;

    public string Name => files ? "transfers-files" : "transfers-bulk";

    public string Summary => files
        ? "16 transfers of 256 MiB at once, file to file, SHA-256 at both ends, next to bare loops and the proxy alone (--pairs, --seconds of the proxy)"
        : "64 transfers of 256 MiB at once, no disk, SHA-256 at both ends, next to bare loops and the proxy alone (--pairs, --seconds of the proxy)";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        await using var proxy = options.Against.Count == 0 || options.Against.Contains(CandidateKinds.Product.Name)
            ? await CandidateKinds.Product.TryStartAsync(options, cancel)
            : null;
        List<LoadRow> rows = [];
        foreach (var count in options.Pairs.Count > 0 ? options.Pairs : files ? [16] : [64])
        {
            var (median, all) = await TransfersRounds.OfAsync(
                options, round => MeasureAsync(proxy, count, round, options, cancel), each => each.Transfers.MegabytesPerSecond, cancel);
            rows.Add(new LoadRow()
                .With("transfers", count)
                .With("MB/s", median.Transfers.MegabytesPerSecond)
                .With("rounds", all.Select(each => each.Transfers.MegabytesPerSecond).ToArray())
                .With("bare loops MB/s", Median(all, each => each.Transfers.BareMegabytesPerSecond))
                .With("to bare", Median(all, each => each.Transfers.ToBare))
                .With("to bare, rounds", all.Select(each => each.Transfers.ToBare).ToArray())
                .With("proxy alone MB/s", Median(all, each => each.Proxy?.Rate))
                .With("proxy rounds", all.Select(each => each.Proxy?.Rate ?? double.NaN).ToArray())
                .With("to proxy", Median(all, each => each.ToProxy))
                .With("to proxy, rounds", all.Select(each => each.ToProxy ?? double.NaN).ToArray())
                .With("CPU s/GB", median.Transfers.CpuSecondsPerGigabyte)
                .With("bare CPU s/GB", Median(all, each => each.Transfers.BareCpuSecondsPerGigabyte))
                .With("CPU to bare", Median(all, each => each.Transfers.CpuToBare))
                .With("CPU to bare, rounds", all.Select(each => each.Transfers.CpuToBare).ToArray())
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
        var bareFirst = round % 2 != 0;
        var transfers = files
            ? await Transfers.FilesAsync(count, Size, options.Digest, bareFirst)
            : await Transfers.BulkAsync(count, Size, options.Digest, bareFirst);
        return new BesideProxy(transfers, proxy is null ? null : before ?? await AloneAsync(proxy, count, options, cancel));
    }

    private static async Task<RelayWindow> AloneAsync(Candidate proxy, int count, LoadOptions options, CancellationToken cancel)
    {
        var window = await RelayWindow.MeasureAsync(proxy, count, options, cancel);
        return window.Lost == 0 ? window : throw new InvalidDataException($"The proxy alone lost {window.Lost} bytes.");
    }

    private static double? Median(IEnumerable<BesideProxy> all, Func<BesideProxy, double?> figure) =>
        TransfersCost.Median(all.Select(figure).OfType<double>());

    private sealed record BesideProxy(BulkTransfers Transfers, RelayWindow? Proxy)
    {
        public double? ToProxy => Transfers.MegabytesPerSecond / Proxy?.Rate;

        public override string ToString() => FormattableString.Invariant($"transfers {Transfers.MegabytesPerSecond:0} MB/s ")
            + FormattableString.Invariant($"{Transfers.CpuSecondsPerGigabyte:0.00} s/GB, ")
            + FormattableString.Invariant($"bare loops {Transfers.BareMegabytesPerSecond:0} MB/s {Transfers.BareCpuSecondsPerGigabyte:0.00} s/GB, ")
            + FormattableString.Invariant($"ratio {Transfers.ToBare:0.00}, CPU {Transfers.CpuToBare:0.00}, ")
            + FormattableString.Invariant($"the proxy alone {Proxy?.Rate:0} MB/s, ratio {ToProxy:0.00}");
    }
}
