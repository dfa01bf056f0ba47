using System.Diagnostics;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>Concurrent moves of bytes within this process.</summary>
/// <param name="MegabytesPerSecond">10^6 bytes a second, all together.</param>
/// <param name="CpuSecondsPerGigabyte">CPU time for 10^9 bytes, of both ends and the proxy.</param>
internal sealed record Moved(double MegabytesPerSecond, double CpuSecondsPerGigabyte)
{
    /// <summary>Time of the first to end over the time of the last; NaN = not measured.</summary>
    public double SlowestToFastest { get; init; } = double.NaN;

    /// <param name="moveAsync">Moves bytes and returns their numbers.</param>
    public static async Task<Moved> MeasureAsync(Func<Task<long[]>> moveAsync)
    {
        var before = TransfersCost.Now();
        var start = Stopwatch.GetTimestamp();
        double bytes = (await moveAsync()).Sum();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Moved(bytes / seconds / 1e6, (TransfersCost.Now().Cpu - before.Cpu) * 1e9 / bytes);
    }
}
