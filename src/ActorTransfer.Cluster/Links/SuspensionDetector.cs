namespace ActorTransfer.Cluster.Links;

/// <summary>Detects that this process did not execute for so long that the other nodes may have removed it. Not thread-safe.</summary>
/// <param name="clock">Measures the time.</param>
internal sealed class SuspensionDetector(TimeProvider clock)
{
    /// <summary>Interval of <see cref="Beat"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(4);

    private long _beat = clock.GetTimestamp();
    private long? _resumed;

    /// <summary>The process executes.</summary>
    public void Beat()
    {
        var now = clock.GetTimestamp();
        if (clock.GetElapsedTime(_beat, now) >= s_limit)
        {
            _resumed = now;
        }

        _beat = now;
    }

    /// <summary>Whether it has been suspended and has continued within this time.</summary>
    public bool WasSuspended(TimeSpan within)
    {
        Beat();
        return _resumed is { } resumed && clock.GetElapsedTime(resumed) < within;
    }
}
