using ActorTransfer.Benchmarks.Load.Cluster;
using ActorTransfer.Benchmarks.Load.CommandLine;
using ActorTransfer.Benchmarks.Load.InBand;
using ActorTransfer.Benchmarks.Load.Scenarios;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>The command <c>load SCENARIO [options]</c>: runs one scenario or all, then prints tables and JSON lines.</summary>
internal static class LoadCommand
{
    private static readonly ILoadScenario[] s_scenarios =
    [
        new RelayScenario(),
        new SetupScenario(),
        new IdleScenario(),
        new SlowReaderScenario(),
        new WanScenario("wan", new RelayScenario(), "1,8,64", "20", "100", "300", "100/0.1"),
        new WanScenario("wan-slow-reader", new SlowReaderScenario(), "8", "100"),
        new InBandScenario(),
        new WanScenario("wan-in-band", new InBandScenario(), "1", "20", "100"),
        new TransfersScenario(),
        new TransfersBulkScenario(files: false),
        new TransfersBulkScenario(files: true),
        new TransfersBusyScenario(),
        new ManyAliveScenario(),
        new StartScenario(),
        new ClusterScenario(),
    ];

    /// <returns>Exit code: 0, 1 = a scenario failed, 2 = invalid command line, 130 = Ctrl-C.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        ILoadScenario[] chosen = [.. s_scenarios.Where(scenario => args is [var name, ..] && (name == "all" || name == scenario.Name))];
        if (chosen.Length == 0)
        {
            return Explain();
        }

        LoadOptions options;
        try
        {
            options = LoadOptions.Parse(args.AsSpan(1));
        }
        catch (FormatException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return Explain();
        }

        using CancellationTokenSource cancel = new();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            cancel.Cancel();
        };
        return await RunAsync(chosen, options, cancel.Token);
    }

    private static async Task<int> RunAsync(ILoadScenario[] scenarios, LoadOptions options, CancellationToken cancel)
    {
        List<(string Name, IReadOnlyList<LoadRow> Rows, DateTime Ended)> results = [];
        bool failed = false;
        foreach (ILoadScenario scenario in scenarios)
        {
            try
            {
                options.Report($"{scenario.Name}: {scenario.Summary}");
                results.Add((scenario.Name, await scenario.RunAsync(options, cancel), DateTime.UtcNow));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                options.Report("stopped");
                return 130;
            }
            catch (Exception exception)
            {
                options.Report($"{scenario.Name} failed: {(exception is FormatException or IOException ? exception.Message : exception)}");
                failed = true;
            }
        }

        results.ForEach(result => LoadTable.Write(Console.Out, result.Name, result.Rows));
        Console.WriteLine();
        results.ForEach(result => LoadTable.WriteJson(Console.Out, result.Name, result.Rows, result.Ended));
        return failed ? 1 : 0;
    }

    private static int Explain()
    {
        Console.Error.WriteLine("load SCENARIO [options], where SCENARIO is all or one of");
        foreach (ILoadScenario scenario in s_scenarios)
        {
            Console.Error.WriteLine($"  {scenario.Name,-12} {scenario.Summary}");
        }

        Console.Error.WriteLine("and the options are");
        Console.Error.WriteLine(LoadOptions.Usage);
        return 2;
    }
}
