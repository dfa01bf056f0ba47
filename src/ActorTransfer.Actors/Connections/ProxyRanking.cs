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
    private const int MaxNotes = 256;

    /// <summary>Weight of the newest measurement: one slow transfer does not reverse the order.</summary>
    private const double Newest = 0.3;

    private readonly Dictionary<StreamHost, Note> _notes = [];

    /// <summary>Records a use.</summary>
    /// <param name="host">The streamhost.</param>
    /// <param name="took">How long it took until bytes could flow; null = it failed.</param>
    /// <param name="now">Current time.</param>
    public void Note(StreamHost host, TimeSpan? took, DateTimeOffset now)
    {
        var known = _notes.GetValueOrDefault(host);
        _notes[host] = took is { } time
            ? new Note(known?.Took is { } before ? (before * (1 - Newest)) + (time * Newest) : time, null, now)
            : new Note(known?.Took, now, now);
        if (_notes.Count > MaxNotes)
        {
            _notes.Remove(_notes.MinBy(note => note.Value.At).Key);
        }
    }

    /// <summary>All of them, best first.</summary>
    public IEnumerable<StreamHost> Rank(IEnumerable<StreamHost> preferred, IEnumerable<StreamHost> others, DateTimeOffset now) =>
        preferred.Select(host => (Host: host, Tier: 0))
            .Concat(others.Select(host => (Host: host, Tier: 1)))
            .OrderBy(entry => FailedLately(entry.Host, now) ? 1 : 0)
            .ThenBy(entry => entry.Tier)
            .ThenBy(entry => _notes.GetValueOrDefault(entry.Host)?.Took ?? TimeSpan.MaxValue)
            .Select(entry => entry.Host);

    private bool FailedLately(StreamHost host, DateTimeOffset now) => _notes.GetValueOrDefault(host)?.FailedAt is { } failed && now < failed + demotion;
}

/// <summary>Measurements of a streamhost.</summary>
internal sealed record Note(TimeSpan? Took, DateTimeOffset? FailedAt, DateTimeOffset At);
