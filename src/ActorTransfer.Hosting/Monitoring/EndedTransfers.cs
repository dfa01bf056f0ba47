using System.Collections.Immutable;

namespace ActorTransfer.Hosting.Monitoring;

/// <summary>The last ended transfers, the last first.</summary>
/// <param name="capacity">Maximum number.</param>
internal sealed class EndedTransfers(int capacity)
{
    private readonly LinkedList<(MonitorEntry Entry, EndedTransfer View)> _ended = [];
    private ImmutableArray<EndedTransfer>? _views;

    public ImmutableArray<EndedTransfer> Views => _views ??= [.. _ended.Select(ended => ended.View)];

    public void Add(MonitorEntry entry, EndedTransfer view)
    {
        _views = null;
        _ended.AddFirst((entry, view));
        if (_ended.Count > capacity)
        {
            _ended.RemoveLast();
        }
    }

    public MonitorEntry? Find(TransferId id) => _ended.FirstOrDefault(ended => ended.View.Transfer.Id == id).Entry;
}
