using System.Collections.Immutable;

namespace ActorTransfer.Hosting.Monitoring;

/// <summary>
/// The events of one session. Of more than fit, the first half is kept, which tells how the transfer was negotiated, and the last, which tell how it ended.
/// </summary>
/// <param name="capacity">Maximum number of events.</param>
internal sealed class Conversation(int capacity)
{
    private readonly List<TraceEvent> _first = [];
    private readonly Queue<TraceEvent> _last = [];

    /// <summary>Number of events so far, kept or not.</summary>
    public int Count { get; private set; }

    public IEnumerable<TraceEvent> Events => _first.Concat(_last);

    public void Add(TraceEvent happened)
    {
        Count++;
        if (_first.Count < (capacity + 1) / 2)
        {
            _first.Add(happened);
            return;
        }

        _last.Enqueue(happened);
        if (_first.Count + _last.Count > capacity)
        {
            _last.Dequeue();
        }
    }
}
