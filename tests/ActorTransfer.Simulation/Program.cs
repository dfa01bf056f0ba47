using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorTransfer.Simulation;

// Runs: --runs 1000000 --seed 1 (seeds from 1 on). One run with its history: --replay 4711.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
if (Option("--replay") is { } one)
{
    var run = SimulatedTransfer.Run(ulong.Parse(one, CultureInfo.InvariantCulture), keepsHistory: true);
    Report.WriteHistory(run);
    return run.Violations.Count;
}

var count = int.Parse(Option("--runs") ?? "10000", CultureInfo.InvariantCulture);
var first = ulong.Parse(Option("--seed") ?? "1", CultureInfo.InvariantCulture);
var report = new Report();
var watch = Stopwatch.StartNew();
var parts = Partitioner.Create(0, count);
Parallel.ForEach(parts, range =>
{
    for (var at = range.Item1; at < range.Item2; at++)
    {
        report.Add(SimulatedTransfer.Run(first + (ulong)at));
    }
});
report.Write(watch.Elapsed);
return report.Failed == 0 ? 0 : 1;
