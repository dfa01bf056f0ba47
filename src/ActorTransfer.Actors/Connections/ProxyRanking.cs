using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// Orders the streamhosts of proxies by what transfers reported: working ones before those that failed recently, preferred ones
/// before the others, measured ones by their time, then the rest in the given order. Not thread-safe; owned by one actor.
/// </summary>
/// <param name="demotion">How long a failure counts.</param>
internal sealed class ProxyRanking(TimeSpan demotion)
{
    /// <summary>Above this number the least recently reported streamhosts are forgotten.</summary>
    private const int MaxMeasurements = 256;

    /// <summary>Weight of the newest measurement: one slow transfer does not reverse the order.</summary>
    private const double Newest = 0.3;

    private readonly Dictionary<StreamHost, Measurement> _measurements = [];

    /// <summary>Records a use.</summary>
    /// <param name="host">The streamhost.</param>
    /// <param name="took">How long it took until bytes could flow; null = it failed.</param>
    /// <param name="now">Current time.</param>
    public void Record(StreamHost host, TimeSpan? took, DateTimeOffset now)
    {
        var known = _measurements.GetValueOrDefault(host);
        _measurements[host] = took is { } time
            ? new Measurement(known?.Took is { } before ? (before * (1 - Newest)) + (time * Newest) : time, null, now)
            : new Measurement(known?.Took, now, now);
        if (_measurements.Count > MaxMeasurements)
        {
            _measurements.Remove(_measurements.MinBy(entry => entry.Value.At).Key);
        }
    }

    /// <summary>All of them, best first.</summary>
    public IEnumerable<StreamHost> Rank(IReadOnlyCollection<StreamHost> preferred, IReadOnlyCollection<StreamHost> others, DateTimeOffset now) =>
        preferred.Count + others.Count == 1 ? [.. preferred, .. others] : preferred.Select(host => (Host: host, Tier: 0))
            .Concat(others.Select(host => (Host: host, Tier: 1)))
            .OrderBy(entry => FailedLately(entry.Host, now) ? 1 : 0)
            .ThenBy(entry => entry.Tier)
            .ThenBy(entry => _measurements.GetValueOrDefault(entry.Host)?.Took ?? TimeSpan.MaxValue)
            .Select(entry => entry.Host);

    private bool FailedLately(StreamHost host, DateTimeOffset now) => _measurements.GetValueOrDefault(host)?.FailedAt is { } failed && now < failed + demotion;

    /// <summary>What is known of a streamhost.</summary>
    private sealed record Measurement(TimeSpan? Took, DateTimeOffset? FailedAt, DateTimeOffset At);
}
