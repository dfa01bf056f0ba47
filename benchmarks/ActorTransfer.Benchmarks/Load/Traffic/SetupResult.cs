namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>What became of set-ups that were made and closed again and again.</summary>
/// <param name="Done">Whole ones: connected, granted, activated, a byte carried, closed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Milliseconds">From the first connect to the byte, in ascending order.</param>
/// <param name="Lost">The others, by reason.</param>
internal sealed record SetupResult(int Done, double Seconds, double[] Milliseconds, IReadOnlyDictionary<string, int> Lost)
{
    public double? Percentile(double part) =>
        Milliseconds.Length == 0 ? null : Milliseconds[(int)Math.Min(Milliseconds.Length - 1, Milliseconds.Length * part)];
}
