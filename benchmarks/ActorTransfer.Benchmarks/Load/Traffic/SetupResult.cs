namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>The result of repeated set-ups.</summary>
/// <param name="Done">Complete ones: connected, accepted, activated, a byte transferred, closed.</param>
/// <param name="Late">Of these, those that ended after the window; not part of the rate.</param>
/// <param name="Seconds">Length of the window.</param>
/// <param name="Milliseconds">From the first connect to the byte, in ascending order.</param>
/// <param name="Lost">The others, by reason.</param>
internal sealed record SetupResult(int Done, int Late, double Seconds, double[] Milliseconds, IReadOnlyDictionary<string, int> Lost)
{
    /// <summary>Complete set-ups per second within the window.</summary>
    public double Rate => (Done - Late) / Seconds;

    public double? Percentile(double part) =>
        Milliseconds.Length == 0 ? null : Milliseconds[(int)Math.Min(Milliseconds.Length - 1, Milliseconds.Length * part)];
}
