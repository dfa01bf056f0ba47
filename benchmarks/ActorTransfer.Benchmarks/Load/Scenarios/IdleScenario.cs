using System.Globalization;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>
/// Many activated idle pairs. Each measurement restarts the proxy, because memory that was used once may not be returned.
/// </summary>
internal sealed class IdleScenario : ILoadScenario
{
    private const int OpenAtOnce = 64;
    private const int WarmUps = 200;

    /// <summary>Descriptors needed in addition to two for each pair.</summary>
    private const int OtherDescriptors = 150;

    private const double Mebi = 1 << 20;
    private static readonly int[] s_sizes = [1000, 5000, 9900];
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(15);

    public string Name => "idle";

    public string Summary => "memory of the proxy for each idle activated pair, and its processor time";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        int[] sizes = [.. (options.Pairs.Count > 0 ? options.Pairs : s_sizes).Where(pairs => Fits(pairs, options))];
        List<CandidateKind> kinds = [.. CandidateKinds.Chosen(options)];
        Dictionary<(int Pairs, string Name), Measured<Idle>> all = [];
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (int pairs in sizes)
            {
                foreach (CandidateKind kind in Rounds.Turned(kinds, round).ToArray())
                {
                    if (await kind.TryStartAsync(options, cancel) is not { } candidate)
                    {
                        kinds.Remove(kind);
                        continue;
                    }

                    await using (candidate)
                    {
                        all.TryAdd((pairs, candidate.Name), new Measured<Idle>(candidate, pairs));
                        await MeasureAsync(candidate, pairs, all[(pairs, candidate.Name)], options, cancel);
                    }
                }
            }
        }

        return [.. all.Values.OrderBy(measured => Array.IndexOf(sizes, measured.Size)).Select(Row)];
    }

    private static async Task MeasureAsync(Candidate candidate, int count, Measured<Idle> measured, LoadOptions options, CancellationToken cancel)
    {
        try
        {
            using (SetupEngine warmUp = new(candidate.EndPoint, candidate.Link))
            {
                warmUp.Repeat(TimeSpan.FromSeconds(5), WarmUps, OpenAtOnce, cancel);
            }

            long before = await SettledAsync(candidate, cancel);
            using SetupEngine engine = new(candidate.EndPoint, candidate.Link);
            using OpenPairs pairs = new(engine.Open(count, OpenAtOnce, cancel));
            long opened = candidate.Usage.ResidentBytes;
            long after = await SettledAsync(candidate, cancel);
            SingleByteCheck.Count(pairs.All, sent: 0, halfCloses: false);
            await Task.Delay(s_quiet, cancel);
            long quiet = await SettledAsync(candidate, cancel);
            double busy = candidate.Usage.CpuSeconds;
            await Task.Delay(s_settle, cancel);
            busy = candidate.Usage.CpuSeconds - busy;
            int active = SingleByteCheck.Count(pairs.All, sent: 1, halfCloses: true);
            Idle idle = new(before, opened, after, active, (after - before) / 1024.0 / count, candidate.StartTime.TotalMilliseconds)
            {
                EachThatMoved = (quiet - before) / 1024.0 / count,
                CpuPercent = busy * 100 / s_settle.TotalSeconds,
            };
            measured.Values.Add(idle);
            options.Report(string.Create(
                CultureInfo.InvariantCulture,
                $"{candidate.Name,-15} {count,5}: {idle.Each:0.00} KiB a pair, {idle.EachThatMoved:0.00} after a byte, {idle.CpuPercent:0.0} % CPU, "
                + $"{after >> 20} MiB in all (before {before >> 20}), {idle.Active} alive"));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            measured.Fault ??= exception.Message;
            options.Report($"{candidate.Name} {count}: {exception.Message}");
        }
    }

    private static LoadRow Row(Measured<Idle> measured) => new LoadRow()
        .With("proxy", measured.Candidate.Name)
        .With("pairs", measured.Size)
        .With("KiB/pair", measured.Median(idle => idle.Each))
        .With("KiB/pair after a byte", measured.Median(idle => idle.EachThatMoved))
        .With("KiB/pair at the peak", measured.Median(idle => (idle.Opened - idle.Before) / 1024.0 / measured.Size))
        .With("CPU %", measured.Median(idle => idle.CpuPercent))
        .With("rounds", measured.Values.Select(idle => idle.Each).ToArray())
        .With("RSS MiB", measured.Median(idle => idle.After / Mebi))
        .With("before MiB", measured.Median(idle => idle.Before / Mebi))
        .With("just opened MiB", measured.Median(idle => idle.Opened / Mebi))
        .With("alive, at least", measured.Values.Count == 0 ? null : measured.Values.Min(idle => idle.Active))
        .With("start ms", measured.Median(idle => idle.StartMs))
        .With("compiled", measured.Candidate.Compiled)
        .With("fault", measured.Fault);

    /// <summary>Waits until the memory has not fallen for three seconds.</summary>
    private static async Task<long> SettledAsync(Candidate candidate, CancellationToken cancel)
    {
        long least = candidate.Usage.ResidentBytes;
        for (int second = 0, still = 0; second < s_settle.TotalSeconds && still < 3; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            long now = candidate.Usage.ResidentBytes;
            still = now < least ? 0 : still + 1;
            least = now;
        }

        return least;
    }

    /// <summary>This process holds both connections of each pair, the proxy the other two.</summary>
    private static bool Fits(int pairs, LoadOptions options)
    {
        string limit = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        int most = int.Parse(limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], CultureInfo.InvariantCulture);
        if (2 * pairs + OtherDescriptors <= most)
        {
            return true;
        }

        options.Report($"{pairs} pairs are skipped: a process may have {most} descriptors here");
        return false;
    }

    /// <param name="Before">Resident bytes before the pairs were opened.</param>
    /// <param name="Opened">When all pairs were open.</param>
    /// <param name="After">Some time later.</param>
    /// <param name="Active">Pairs that still transferred a byte.</param>
    /// <param name="Each">KiB a pair.</param>
    /// <param name="StartMs">Until the proxy was ready.</param>
    private sealed record Idle(long Before, long Opened, long After, int Active, double Each, double StartMs)
    {
        /// <summary>KiB a pair, when each has transferred a byte and has been idle again for a while.</summary>
        public double EachThatMoved { get; init; }

        /// <summary>Processor time of the proxy while no byte moves, in percent of a core.</summary>
        public double CpuPercent { get; init; }
    }
}
