using System.Diagnostics;
using ActorTransfer.Testing;

namespace ActorTransfer.Faults.Load;

/// <summary>
/// Mixed traffic for a long time: <c>mixed --seconds 28800 --per-second 5 --lines 12</c>. Sizes, methods and signalling from one seed. Prints so many lines of
/// what must not grow, then the first beside the last.
/// </summary>
internal static class MixedCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var seconds = arguments.Number("--seconds", 28_800);
        var perSecond = arguments.Number("--per-second", 5);
        var lines = (int)arguments.Number("--lines", 12);
        var random = new Random((int)arguments.Number("--seed", 1));
        using var folder = new TemporaryFolder();
        await using var field = await LoadField.StartAsync(users: 20, folder: folder.Path);
        List<MixedLine> all = [];
        List<LoadOutcome> faults = [];
        Console.WriteLine(MixedLine.Head);
        for (var line = 0; line <= lines; line++)
        {
            // The first line is the warm-up, and not compared.
            var part = await RunAsync(field, random, TimeSpan.FromSeconds(seconds / (double)(lines + 1)), perSecond, faults);
            all.Add(MixedLine.Now(part, folder.Names.Length));
            Console.WriteLine(all[^1]);
        }

        faults.ForEach(fault => Console.WriteLine($"VIOLATED: {fault}"));
        Console.WriteLine($"first and last line:\n{all[1]}\n{all[^1]}");
        return faults.Count == 0 ? 0 : 1;
    }

    private static async Task<List<double>> RunAsync(LoadField field, Random random, TimeSpan time, long perSecond, List<LoadOutcome> faults)
    {
        var began = Stopwatch.GetTimestamp();
        List<Task<LoadOutcome>> running = [];
        for (var n = 0; Stopwatch.GetElapsedTime(began) < time; n++)
        {
            running.Add(NextAsync(field, random));
            var due = TimeSpan.FromSeconds((n + 1) / (double)perSecond) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due);
            }
        }

        var outcomes = await Task.WhenAll(running);
        faults.AddRange(outcomes.Where(outcome => !outcome.IsWhole));
        return [.. outcomes.Where(outcome => outcome.Size <= 1_000).Select(outcome => outcome.Took.TotalMilliseconds).Order()];
    }

    private static Task<LoadOutcome> NextAsync(LoadField field, Random random)
    {
        var methods = random.Next(10) switch
        {
            < 5 => StreamMethods.Proxy,
            < 8 => StreamMethods.Direct,
            8 => StreamMethods.InBand,
            _ => StreamMethods.All,
        };
        var size = random.Next(20) switch
        {
            0 => 0,
            < 10 => 1_000,
            < 18 => random.Next(200_000),
            _ => methods == StreamMethods.InBand ? 200_000 : random.Next(1_000_000, 4_000_000),
        };
        return field.SendAsync(size, methods, (Signalling)random.Next(2));
    }
}

/// <summary>What must not grow.</summary>
internal sealed record MixedLine(
    int Count,
    double MedianMs,
    double P99Ms,
    double WorstMs,
    long LiveKiB,
    long ResidentMiB,
    int Descriptors,
    int Threads,
    long Timers,
    int Files,
    double CpuSeconds)
{
    public static string Head =>
        $"{"1 kB files",10} {"median ms",10} {"p99",7} {"worst",7} {"live KiB",9} {"RSS MiB",8} {"handles",8} {"threads",8} {"timers",7} "
        + $"{"files",6} {"CPU s",8}";

    public static MixedLine Now(List<double> times, int files)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return new MixedLine(
            times.Count,
            times.Count == 0 ? 0 : times[times.Count / 2],
            times.Count == 0 ? 0 : times[times.Count * 99 / 100],
            times.Count == 0 ? 0 : times[^1],
            GC.GetTotalMemory(forceFullCollection: true) >> 10,
            Environment.WorkingSet >> 20,
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            Process.GetCurrentProcess().Threads.Count,
            Timer.ActiveCount,
            files,
            Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    public override string ToString() =>
        $"{Count,10} {MedianMs,10:0.0} {P99Ms,7:0} {WorstMs,7:0} {LiveKiB,9} {ResidentMiB,8} {Descriptors,8} {Threads,8} {Timers,7} "
        + $"{Files,6} {CpuSeconds,8:0.0}";
}
