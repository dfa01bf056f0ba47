using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorTransfer.Testing.Files;

namespace ActorTransfer.Faults.Disks;

/// <summary>Many runs of <see cref="DiskRun"/>: <c>disk --runs 100000 --seed 1</c>. One with its history: <c>disk --replay 4711</c>.</summary>
internal static class DiskCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Find("--replay") is { } one)
        {
            var run = await DiskRun.RunAsync(ulong.Parse(one, CultureInfo.InvariantCulture));
            Console.WriteLine(string.Join('\n', run.History));
            return run.Violations.Count;
        }

        ConcurrentDictionary<string, (int Tried, TimeSpan Worst)> faults = new();
        ConcurrentDictionary<string, ulong> violations = new();
        var first = arguments.Number("--seed", 1);
        var count = arguments.Number("--runs", 1000);
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(first, first + count, async (seed, _) =>
        {
            var began = Stopwatch.GetTimestamp();
            var run = await DiskRun.RunAsync((ulong)seed);
            var took = Stopwatch.GetElapsedTime(began);
            foreach (var fault in run.Faults)
            {
                faults.AddOrUpdate(fault, (1, took), (_, old) => (old.Tried + 1, took > old.Worst ? took : old.Worst));
            }

            foreach (var violation in run.Violations)
            {
                violations.TryAdd($"--replay {seed}: {violation}", run.Seed);
            }
        });
        Console.WriteLine($"{"fault",-34} {"tried",7}  worst ms of a run");
        foreach (var (fault, (tried, worst)) in faults.OrderBy(fault => fault.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{fault,-34} {tried,7}  {worst.TotalMilliseconds,6:0}");
        }

        Console.WriteLine($"{count} runs, {violations.Count} violations, {count / watch.Elapsed.TotalSeconds:0} runs/s, {Environment.WorkingSet >> 20} MiB");
        foreach (var violation in violations.OrderBy(violation => violation.Value).Take(20))
        {
            Console.WriteLine($"VIOLATED, disk {violation.Key}");
        }

        return violations.IsEmpty ? 0 : 1;
    }
}
