using System.Diagnostics;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Native;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>The throughput of a proxy while all pairs send from initiator to target.</summary>
/// <param name="Rate">MB/s.</param>
/// <param name="ProxyCpu">Seconds a GiB.</param>
/// <param name="OwnCpu">The generator's, seconds a GiB.</param>
/// <param name="Evenness">Slowest to fastest pair.</param>
/// <param name="Resident">Bytes of the proxy at the end.</param>
internal sealed record RelayWindow(double Rate, double ProxyCpu, double OwnCpu, double Evenness, double Resident)
{
    private const int OpenAtOnce = 32;
    private const double Gibi = 1L << 30;

    /// <summary>Bytes that did not arrive.</summary>
    public long Lost { get; init; }

    /// <summary>Fraction of the pairs whose return direction stayed open after the forward direction had ended.</summary>
    public double WaysBack { get; init; }

    /// <summary>Opens the pairs, warms up, measures, and waits until every byte has arrived.</summary>
    public static async Task<RelayWindow> MeasureAsync(Candidate candidate, int count, LoadOptions options, CancellationToken cancel)
    {
        using SetupEngine engine = new(candidate.EndPoint, candidate.Link);
        using OpenPairs pairs = new(engine.Open(count, OpenAtOnce, cancel));
        using RelayTraffic traffic = new(pairs.All);
        traffic.Start();
        await traffic.FlowAsync(Site.Current.WarmUp, cancel);
        Snapshot before = Snapshot.Take(candidate, traffic);
        await traffic.FlowAsync(TimeSpan.FromSeconds(options.Seconds), cancel);
        Snapshot after = Snapshot.Take(candidate, traffic);
        long lost = await traffic.FinishAsync(cancel);
        return Between(before, after) with { Lost = lost, WaysBack = ReturnDirection.Count(pairs.All) / (double)count };
    }

    public static string Describe(RelayWindow window) => FormattableString.Invariant(
        $"{window.Rate:0} MB/s, {window.ProxyCpu + window.OwnCpu:0.00} s/GiB (proxy {window.ProxyCpu:0.00})")
        + FormattableString.Invariant($", slowest/fastest {window.Evenness:0.00}")
        + (window.Lost == 0 ? "" : $", {window.Lost} bytes LOST")
        + (window.WaysBack == 1 ? "" : FormattableString.Invariant($", {window.WaysBack:0%} of the ways back"));

    private static RelayWindow Between(Snapshot before, Snapshot after)
    {
        long[] moved = [.. after.Received.Zip(before.Received, (later, earlier) => later - earlier)];
        double bytes = moved.Sum();
        return new RelayWindow(
            bytes / Stopwatch.GetElapsedTime(before.Time, after.Time).TotalSeconds / 1e6,
            (after.Proxy.CpuSeconds - before.Proxy.CpuSeconds) / (bytes / Gibi),
            (after.Own.CpuSeconds - before.Own.CpuSeconds) / (bytes / Gibi),
            moved.Min() / (double)Math.Max(1, moved.Max()),
            after.Proxy.ResidentBytes);
    }

    private sealed record Snapshot(long Time, long[] Received, ProcessUsage Proxy, ProcessUsage Own)
    {
        public static Snapshot Take(Candidate candidate, RelayTraffic traffic) =>
            new(Stopwatch.GetTimestamp(), traffic.Received(), candidate.Usage, ProcessUsage.Of(Environment.ProcessId));
    }
}
