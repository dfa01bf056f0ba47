using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorTransfer.Simulation;

// Runs: --kind Jingle --runs 1000000 --seed 1 (seeds from 1 on; without a kind this many of each). One run with its history: --kind Jingle --replay 4711.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
TransferKind[] kinds = Option("--kind") is { } named ? [Enum.Parse<TransferKind>(named, ignoreCase: true)] : Enum.GetValues<TransferKind>();
if (Option("--replay") is { } one)
{
    var run = SimulatedTransfer.Run(kinds[0], ulong.Parse(one, CultureInfo.InvariantCulture), keepsHistory: true);
    Report.WriteHistory(run);
    return run.Violations.Count;
}

var count = int.Parse(Option("--runs") ?? "10000", CultureInfo.InvariantCulture);
var first = ulong.Parse(Option("--seed") ?? "1", CultureInfo.InvariantCulture);
var failed = 0;
foreach (var kind in kinds)
{
    var report = new Report();
    var watch = Stopwatch.StartNew();
    Parallel.ForEach(Partitioner.Create(0, count), range =>
    {
        for (var at = range.Item1; at < range.Item2; at++)
        {
            report.Add(SimulatedTransfer.Run(kind, first + (ulong)at));
        }
    });
    Console.WriteLine($"{kind}:");
    report.Write(watch.Elapsed);
    failed += report.Failed;
}

return failed == 0 ? 0 : 1;
