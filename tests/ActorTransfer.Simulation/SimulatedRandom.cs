namespace ActorTransfer.Simulation;

/// <summary>SplitMix64: the same numbers on every machine, and cheap to create for each run.</summary>
internal sealed class SimulatedRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Next() % (uint)count);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True in this many of 1000 cases.</summary>
    public bool Chance(int perMille) => perMille > 0 && Below(1000) < perMille;

    /// <summary>A time up to this many milliseconds.</summary>
    public TimeSpan UpTo(int milliseconds) => TimeSpan.FromMicroseconds(Below((milliseconds * 1000) + 1));

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
