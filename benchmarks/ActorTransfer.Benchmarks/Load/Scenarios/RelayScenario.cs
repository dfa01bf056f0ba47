using System.Diagnostics;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Native;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>Bulk: all pairs send from initiator to target for a while.</summary>
internal sealed class RelayScenario : ILoadScenario
{
    private const int OpenAtOnce = 32;
    private const double Gibi = 1L << 30;
    private static readonly int[] s_sizes = [1, 8, 64, 512];
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    public string Name => "relay";

    public string Summary => "MB/s, processor time and evenness of bulk data at 1 to 512 pairs";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        await using CandidateGroup candidates = await CandidateGroup.StartAsync(options, cancel);
        int[] sizes = options.Pairs.Count > 0 ? [.. options.Pairs] : s_sizes;
        var all = await Rounds.MeasureAsync(
            candidates.Running, sizes, options, (candidate, pairs) => MeasureAsync(candidate, pairs, options, cancel), Window.Describe, cancel);
        return [.. all.Select(Row)];
    }

    private static async Task<Window> MeasureAsync(Candidate candidate, int count, LoadOptions options, CancellationToken cancel)
    {
        using SetupEngine engine = new(candidate.EndPoint, candidate.Link);
        using OpenPairs pairs = new(engine.Open(count, OpenAtOnce, cancel));
        using RelayTraffic traffic = new(pairs.All);
        traffic.Start();
        await traffic.FlowAsync(s_warmUp, cancel);
        Snapshot before = Snapshot.Take(candidate, traffic);
        await traffic.FlowAsync(TimeSpan.FromSeconds(options.Seconds), cancel);
        Snapshot after = Snapshot.Take(candidate, traffic);
        long lost = await traffic.FinishAsync(cancel);
        return Window.Between(before, after) with { Lost = lost, WaysBack = WayBack.Count(pairs.All) / (double)count };
    }

    private static LoadRow Row(Measured<Window> measured) => new LoadRow()
        .With("proxy", measured.Candidate.Name)
        .With("pairs", measured.Size)
        .With("MB/s", measured.Median(window => window.Rate))
        .With("CPU s/GiB", measured.Median(window => window.ProxyCpu + window.OwnCpu))
        .With("of it proxy", measured.Median(window => window.ProxyCpu))
        .With("slowest/fastest", measured.Median(window => window.Evenness))
        .With("RSS MiB", measured.Median(window => window.Resident / (1 << 20)))
        .With("bytes lost", measured.Values.Sum(window => window.Lost))
        .With("ways back", measured.Median(window => window.WaysBack))
        .With("rounds MB/s", measured.Values.Select(window => window.Rate).ToArray())
        .With("fault", measured.Fault);

    private sealed record Snapshot(long Time, long[] Received, ProcessUsage Proxy, ProcessUsage Own)
    {
        public static Snapshot Take(Candidate candidate, RelayTraffic traffic) =>
            new(Stopwatch.GetTimestamp(), traffic.Received(), candidate.Usage, ProcessUsage.Of(Environment.ProcessId));
    }

    /// <param name="Rate">MB/s.</param>
    /// <param name="ProxyCpu">Seconds a GiB.</param>
    /// <param name="OwnCpu">The generator's, seconds a GiB.</param>
    /// <param name="Evenness">Slowest to fastest pair.</param>
    /// <param name="Resident">Bytes of the proxy at the end.</param>
    private sealed record Window(double Rate, double ProxyCpu, double OwnCpu, double Evenness, double Resident)
    {
        /// <summary>Bytes that never came.</summary>
        public long Lost { get; init; }

        /// <summary>Part of the pairs whose way back outlived the way there.</summary>
        public double WaysBack { get; init; }

        public static Window Between(Snapshot before, Snapshot after)
        {
            long[] moved = [.. after.Received.Zip(before.Received, (later, earlier) => later - earlier)];
            double bytes = moved.Sum();
            return new Window(
                bytes / Stopwatch.GetElapsedTime(before.Time, after.Time).TotalSeconds / 1e6,
                (after.Proxy.CpuSeconds - before.Proxy.CpuSeconds) / (bytes / Gibi),
                (after.Own.CpuSeconds - before.Own.CpuSeconds) / (bytes / Gibi),
                moved.Min() / (double)Math.Max(1, moved.Max()),
                after.Proxy.ResidentBytes);
        }

        public static string Describe(Window window) => FormattableString.Invariant(
            $"{window.Rate:0} MB/s, {window.ProxyCpu + window.OwnCpu:0.00} s/GiB (proxy {window.ProxyCpu:0.00})")
            + FormattableString.Invariant($", slowest/fastest {window.Evenness:0.00}")
            + (window.Lost == 0 ? "" : $", {window.Lost} bytes LOST")
            + (window.WaysBack == 1 ? "" : FormattableString.Invariant($", {window.WaysBack:0%} of the ways back"));
    }
}
