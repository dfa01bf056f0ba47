namespace ActorTransfer.Scenarios.Load;

/// <summary>Counts what the whole process allocates.</summary>
internal static class Allocations
{
    /// <summary>KiB of each run, after some that are not counted.</summary>
    /// <param name="warmUps">Runs before.</param>
    /// <param name="measured">Runs that are counted.</param>
    /// <param name="run">Gets the number of the run.</param>
    public static async Task<double> KiBEachAsync(int warmUps, int measured, Func<int, Task> run)
    {
        for (var number = 0; number < warmUps; number++)
        {
            await run(number);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var number = 0; number < measured; number++)
        {
            await run(warmUps + number);
        }

        return (GC.GetTotalAllocatedBytes(precise: true) - before) / 1024.0 / measured;
    }
}
