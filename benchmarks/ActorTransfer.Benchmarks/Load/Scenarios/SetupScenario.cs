using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>Short pairs: two connections, SOCKS5, activation, one byte, the end; again and again.</summary>
internal sealed class SetupScenario : ILoadScenario
{
    private static readonly int[] s_sizes = [64, 512];
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    public string Name => "setup";

    public string Summary => "set-ups a second and how long they take, 64 and 512 at once";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        await using CandidateGroup candidates = await CandidateGroup.StartAsync(options, cancel);
        int[] sizes = options.Concurrency.Count > 0 ? [.. options.Concurrency] : s_sizes;
        var all = await Rounds.MeasureAsync(
            candidates.Running,
            sizes,
            options,
            (candidate, atOnce, _) => Task.Run(() => Measure(candidate, atOnce, options, cancel)),
            Describe,
            cancel);
        return [.. all.Select(Row)];
    }

    private static Turn Measure(Candidate candidate, int atOnce, LoadOptions options, CancellationToken cancel)
    {
        int most = options.Setups > 0 ? options.Setups : int.MaxValue;
        TimeSpan time = options.Setups > 0 ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(options.Seconds);
        using (SetupEngine warmUp = new(candidate.EndPoint, candidate.Link))
        {
            warmUp.Repeat(s_warmUp, most, atOnce, cancel);
        }

        using SetupEngine engine = new(candidate.EndPoint, candidate.Link);
        double before = candidate.Usage.CpuSeconds;
        SetupResult result = engine.Repeat(time, most, atOnce, cancel);
        return new Turn(result, candidate.Usage.CpuSeconds - before);
    }

    private static LoadRow Row(Measured<Turn> measured) => new LoadRow()
        .With("proxy", measured.Candidate.Name)
        .With("at once", measured.Size)
        .With("set-ups/s", measured.Median(turn => turn.Result.Rate))
        .With("p50 ms", measured.Median(turn => turn.Result.Percentile(0.5) ?? double.NaN))
        .With("p99 ms", measured.Median(turn => turn.Result.Percentile(0.99) ?? double.NaN))
        .With("max ms", measured.Median(turn => turn.Result.Percentile(1) ?? double.NaN))
        .With("proxy CPU us", measured.Median(turn => turn.ProxyCpu / turn.Result.Done * 1e6))
        .With("done", measured.Values.Sum(turn => turn.Result.Done))
        .With("after window", measured.Values.Sum(turn => turn.Result.Late))
        .With("lost", measured.Values.Sum(turn => turn.Result.Lost.Values.Sum()))
        .With("start ms", measured.Candidate.StartTime.TotalMilliseconds)
        .With("rounds set-ups/s", measured.Values.Select(turn => turn.Result.Rate).ToArray())
        .With("rounds proxy CPU us", measured.Values.Select(turn => turn.ProxyCpu / turn.Result.Done * 1e6).ToArray())
        .With("activation", measured.Candidate.Link is not null)
        .With("why lost", string.Join(", ", measured.Values.SelectMany(turn => turn.Result.Lost.Keys).Distinct()))
        .With("compiled", measured.Candidate.Compiled)
        .With("fault", measured.Fault);

    private static string Describe(Turn turn) => FormattableString.Invariant(
        $"{turn.Result.Rate:0} set-ups/s, p50 {turn.Result.Percentile(0.5):0.0} ms, p99 {turn.Result.Percentile(0.99):0.0} ms")
        + FormattableString.Invariant($", max {turn.Result.Percentile(1):0} ms, proxy {turn.ProxyCpu / turn.Result.Done * 1e6:0} us each")
        + (turn.Result.Late == 0 ? "" : $", {turn.Result.Late} after the window")
        + string.Concat(turn.Result.Lost.Select(entry => $", LOST {entry.Value} x {entry.Key}"));

    private sealed record Turn(SetupResult Result, double ProxyCpu);
}
