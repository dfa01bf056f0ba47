namespace ActorTransfer.Cluster.Nodes;

/// <summary>Detects that this process did not execute for so long that the other nodes may have removed it. Thread-safe.</summary>
/// <param name="clock">Measures the time.</param>
internal sealed class SuspensionDetector(TimeProvider clock)
{
    /// <summary>Interval of <see cref="Beat"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>By then a node that was removed has learned that, and has stopped.</summary>
    public static readonly TimeSpan Caution = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private long _beat = clock.GetTimestamp();
    private long? _resumed;

    /// <summary>The process executes.</summary>
    public void Beat()
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            if (clock.GetElapsedTime(_beat, now) >= s_limit)
            {
                _resumed = now;
            }

            _beat = now;
        }
    }

    /// <summary>How long the process must not take connections back that other nodes may have by now; zero if it was not suspended lately.</summary>
    public TimeSpan Hold()
    {
        Beat();
        lock (_lock)
        {
            return _resumed is { } resumed && Caution - clock.GetElapsedTime(resumed) is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }
    }
}
