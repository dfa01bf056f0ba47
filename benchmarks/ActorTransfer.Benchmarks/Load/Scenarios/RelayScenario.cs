using ActorTransfer.Benchmarks.Load.Candidates;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>Bulk: all pairs send from initiator to target for a while.</summary>
internal sealed class RelayScenario : ILoadScenario
{
    private static readonly int[] s_sizes = [1, 8, 64, 512];

    public string Name => "relay";

    public string Summary => "MB/s, processor time and evenness of bulk data at 1 to 512 pairs";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        await using CandidateGroup candidates = await CandidateGroup.StartAsync(options, cancel);
        int[] sizes = options.Pairs.Count > 0 ? [.. options.Pairs] : s_sizes;
        var all = await Rounds.MeasureAsync(
            candidates.Running,
            sizes,
            options,
            (candidate, pairs, _) => RelayWindow.MeasureAsync(candidate, pairs, options, cancel),
            RelayWindow.Describe,
            cancel);
        return [.. all.Select(Row)];
    }

    private static LoadRow Row(Measured<RelayWindow> measured) => new LoadRow()
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
        .With("rounds CPU s/GiB", measured.Values.Select(window => window.ProxyCpu + window.OwnCpu).ToArray())
        .With("compiled", measured.Candidate.Compiled)
        .With("fault", measured.Fault);
}
