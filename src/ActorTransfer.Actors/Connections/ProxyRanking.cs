using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// Puts the streamhosts of proxies in order by what transfers found out about them: those that work before those that failed lately, the
/// preferred ones before the others, measured ones by their time, then the rest in the given order. Memory of an actor; not shared.
/// </summary>
/// <param name="demotion">How long a failure counts.</param>
internal sealed class ProxyRanking(TimeSpan demotion)
{
    /// <summary>Above it the streamhosts that were noted longest ago are forgotten.</summary>
    private const int MaxNotes = 256;

    /// <summary>Weight of the newest measurement: one slow transfer does not turn the order round.</summary>
    private const double Newest = 0.3;

    private readonly Dictionary<StreamHost, Note> _notes = [];

    /// <summary>Takes note of a use.</summary>
    /// <param name="host">Which streamhost.</param>
    /// <param name="took">How long it took until bytes could flow; null = it failed.</param>
    /// <param name="now">When.</param>
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

/// <summary>What is known about a streamhost.</summary>
internal sealed record Note(TimeSpan? Took, DateTimeOffset? FailedAt, DateTimeOffset At);
