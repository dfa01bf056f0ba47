using System.Globalization;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>Resource usage of the process at one time.</summary>
/// <param name="Cpu">Seconds, user and system.</param>
/// <param name="Allocated">Bytes of managed memory so far.</param>
/// <param name="Resident">Bytes of the process in memory.</param>
/// <param name="Collections">Garbage collections by generation.</param>
internal sealed record TransfersCost(double Cpu, long Allocated, long Resident, int[] Collections)
{
    /// <summary>Most bytes of the process in memory since <see cref="ResetPeak"/>.</summary>
    public static long PeakResident => Status("VmHWM:");

    /// <summary>Resets the peak. False if that is not permitted.</summary>
    public static bool ResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static TransfersCost Now() => new(
        Environment.CpuUsage.TotalTime.TotalSeconds,
        GC.GetTotalAllocatedBytes(),
        Status("VmRSS:"),
        [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)]);

    /// <summary>A percentile of a sorted list.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double part) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];

    /// <summary>Null when there are none.</summary>
    public static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : Quantile(sorted, 0.5);
    }

    private static long Status(string key)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }
}
