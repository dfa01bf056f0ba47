using System.Globalization;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>
/// Many activated pairs on which nothing moves. Each measurement starts the proxy anew: memory that was needed once may stay for good.
/// </summary>
internal sealed class IdleScenario : ILoadScenario
{
    private const int OpenAtOnce = 64;
    private const int WarmUps = 200;

    /// <summary>Descriptors that are needed besides the pairs' two.</summary>
    private const int OtherDescriptors = 150;

    private static readonly int[] s_sizes = [1000, 5000, 9900];
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(10);

    public string Name => "idle";

    public string Summary => "memory of the proxy for each idle activated pair";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        int[] sizes = [.. (options.Pairs.Count > 0 ? options.Pairs : s_sizes).Where(pairs => Fits(pairs, options))];
        List<LoadRow> rows = [];
        foreach (int pairs in sizes)
        {
            foreach (CandidateKind kind in CandidateKinds.Chosen(options))
            {
                if (await kind.TryStartAsync(options, cancel) is { } candidate)
                {
                    await using (candidate)
                    {
                        rows.Add(await MeasureAsync(candidate, pairs, options, cancel));
                    }
                }
            }
        }

        return rows;
    }

    private static async Task<LoadRow> MeasureAsync(Candidate candidate, int count, LoadOptions options, CancellationToken cancel)
    {
        LoadRow row = new LoadRow().With("proxy", candidate.Name).With("pairs", count);
        try
        {
            using (SetupEngine warmUp = new(candidate.EndPoint, candidate.Link))
            {
                warmUp.Repeat(TimeSpan.FromSeconds(5), WarmUps, OpenAtOnce, cancel);
            }

            long before = await SettledAsync(candidate, cancel);
            using SetupEngine engine = new(candidate.EndPoint, candidate.Link);
            using OpenPairs pairs = new(engine.Open(count, OpenAtOnce, cancel));
            long peak = candidate.Usage.ResidentBytes;
            long after = await SettledAsync(candidate, cancel);
            int alive = LoneByte.Count(pairs.All);
            double each = (after - before) / 1024.0 / count;
            options.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{candidate.Name,-15} {count,5}: {each:0.00} KiB a pair, {after >> 20} MiB in all (before {before >> 20}), {alive} alive"));
            return row.With("KiB/pair", each)
                .With("RSS MiB", after / (double)(1 << 20))
                .With("before MiB", before / (double)(1 << 20))
                .With("just opened MiB", peak / (double)(1 << 20))
                .With("alive", alive)
                .With("start ms", candidate.StartTime.TotalMilliseconds)
                .With("compiled", candidate.Compiled);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            options.Say($"{candidate.Name} {count}: {exception.Message}");
            return row.With("fault", exception.Message);
        }
    }

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

    /// <summary>Both ends of all pairs are held by this process, as the other two are by the proxy.</summary>
    private static bool Fits(int pairs, LoadOptions options)
    {
        string limit = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        int most = int.Parse(limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], CultureInfo.InvariantCulture);
        if (2 * pairs + OtherDescriptors <= most)
        {
            return true;
        }

        options.Say($"{pairs} pairs are left out: a process may have {most} descriptors here");
        return false;
    }
}
