namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>What became of set-ups that were made and closed again and again.</summary>
/// <param name="Done">Whole ones: connected, granted, activated, a byte carried, closed.</param>
/// <param name="Late">Of them, those that ended after the window, when no new ones began: no part of the rate.</param>
/// <param name="Seconds">Length of the window.</param>
/// <param name="Milliseconds">From the first connect to the byte, in ascending order.</param>
/// <param name="Lost">The others, by reason.</param>
internal sealed record SetupResult(int Done, int Late, double Seconds, double[] Milliseconds, IReadOnlyDictionary<string, int> Lost)
{
    /// <summary>Whole ones a second, within the window.</summary>
    public double Rate => (Done - Late) / Seconds;

    public double? Percentile(double part) =>
        Milliseconds.Length == 0 ? null : Milliseconds[(int)Math.Min(Milliseconds.Length - 1, Milliseconds.Length * part)];
}
