using System.Globalization;
using System.Net;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Scenarios;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Cluster;

/// <summary>
/// Set-ups through one proxy, and through one, two and three nodes of a farm: what it costs that an activation crosses from the node with the link to the node
/// with the pair, and its response back.
/// </summary>
internal sealed class ClusterScenario : ILoadScenario
{
    private static readonly int[] s_sizes = [1, 64];
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(3);

    public string Name => "cluster";

    public string Summary => "set-ups through one proxy, and through nodes of a farm: at the node with the link, at another one, at a node that must be found";

    private static readonly Case[] s_cases =
    [
        new("no cluster", Nodes: 0, At: 0, IsFound: false),
        new("one node", Nodes: 1, At: 0, IsFound: false),
        new("two nodes, at the link's", Nodes: 2, At: 0, IsFound: false),
        new("two nodes, at the other", Nodes: 2, At: 1, IsFound: false),
        new("three nodes, at the third", Nodes: 3, At: 2, IsFound: false),
        new("three nodes, at the bare JID", Nodes: 3, At: 2, IsFound: true),
    ];

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        int[] sizes = options.Concurrency.Count > 0 ? [.. options.Concurrency] : s_sizes;
        await ProxyProcess.BuildAsync(cancel);
        var turns = s_cases.SelectMany(which => sizes.Select(atOnce => (Case: which, AtOnce: atOnce, Turns: new List<Turn>()))).ToArray();
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (var farm in Scenarios.Rounds.Turned([.. turns.GroupBy(one => one.Case.Nodes)], round))
            {
                await using Farm nodes = await Farm.StartAsync(farm.Key, cancel);
                foreach (var one in farm)
                {
                    Turn turn = await Task.Run(() => Measure(nodes, one.Case, one.AtOnce, options, cancel), cancel);
                    one.Turns.Add(turn);
                    options.Report(string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round}/{options.Rounds} {one.Case.Name}, {one.AtOnce}: {turn.Result.Rate:0} set-ups/s, "
                        + $"{turn.Result.Percentile(0.5):0.00} ms, CPU us each: {string.Join(" + ", turn.CpuMicroseconds.Select(cpu => cpu.ToString("0", CultureInfo.InvariantCulture)))}, lost {turn.Lost}"));
                }
            }
        }

        return [.. turns.Select(one => Row(one.Case.Name, one.AtOnce, one.Turns, turns.First(other => other.AtOnce == one.AtOnce).Turns))];
    }

    private static Turn Measure(Farm farm, Case which, int atOnce, LoadOptions options, CancellationToken cancel)
    {
        IPEndPoint at = farm.EndPoints[which.At];
        string resource = which.Nodes == 0 || which.IsFound ? "" : $"/{at.Address}-{at.Port}";
        using (SetupEngine warmUp = new(at, farm.Link) { Resource = resource })
        {
            warmUp.Repeat(s_warmUp, int.MaxValue, Math.Max(16, atOnce), cancel);
        }

        using SetupEngine engine = new(at, farm.Link) { Resource = resource };
        double[] before = farm.CpuSeconds;
        SetupResult result = engine.Repeat(TimeSpan.FromSeconds(options.Seconds), int.MaxValue, atOnce, cancel);
        double[] used = [.. farm.CpuSeconds.Zip(before, (after, start) => (after - start) / result.Done * 1e6)];
        return new Turn(result, used);
    }

    private static LoadRow Row(string name, int atOnce, List<Turn> turns, List<Turn> single) => new LoadRow()
        .With("nodes", name)
        .With("at once", atOnce)
        .With("set-ups/s", TransfersCost.Median(turns.Select(turn => turn.Result.Rate)))
        .With("p50 ms", TransfersCost.Median(turns.Select(turn => turn.Result.Percentile(0.5) ?? double.NaN)))
        .With("p99 ms", TransfersCost.Median(turns.Select(turn => turn.Result.Percentile(0.99) ?? double.NaN)))
        .With("CPU us", TransfersCost.Median(turns.Select(turn => turn.AllCpu)))
        .With("of it link's node", TransfersCost.Median(turns.Select(turn => turn.CpuMicroseconds[0])))
        .With("more than no cluster", TransfersCost.Median(turns.Zip(single, (turn, one) => turn.AllCpu - one.AllCpu)))
        .With("lost", turns.Sum(turn => turn.Lost))
        .With("rounds set-ups/s", turns.Select(turn => turn.Result.Rate).ToArray())
        .With("rounds CPU us", turns.Select(turn => turn.AllCpu).ToArray());

    /// <param name="Name">Name in the table.</param>
    /// <param name="Nodes">Number of nodes; 0 = no cluster.</param>
    /// <param name="At">The node with the pairs; the first one has the link.</param>
    /// <param name="IsFound">Activations go to the JID of all nodes.</param>
    private sealed record Case(string Name, int Nodes, int At, bool IsFound);

    private sealed record Turn(SetupResult Result, double[] CpuMicroseconds)
    {
        public double AllCpu => CpuMicroseconds.Sum();

        public int Lost => Result.Lost.Values.Sum();
    }
}
