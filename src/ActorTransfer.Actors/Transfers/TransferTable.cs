using ActorTransfer.Actors.Connections;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The transfers that have not ended, by id and by session.</summary>
internal sealed class TransferTable
{
    private readonly Dictionary<TransferId, TransferEntry> _entries = [];
    private readonly Dictionary<SessionKey, TransferEntry> _sessions = [];

    public int Count => _entries.Count;

    public IReadOnlyCollection<TransferId> Ids => _entries.Keys;

    public IReadOnlyCollection<TransferEntry> Entries => _entries.Values;

    /// <summary>Adds a transfer. One of this side has no session before it begins.</summary>
    public void Add(TransferEntry entry)
    {
        _entries.Add(entry.Id, entry);
        if (entry.IsTarget)
        {
            _sessions.Add(entry.Key, entry);
        }
    }

    public TransferEntry? Find(TransferId id) => _entries.GetValueOrDefault(id);

    public TransferEntry? Find(SessionKey key) => _sessions.GetValueOrDefault(key);

    /// <summary>The transfer continues, or begins, as this session.</summary>
    public void ChangeKey(TransferEntry entry, SessionKey key)
    {
        _sessions.Remove(entry.Key);
        entry.Key = key;
        _sessions.Add(key, entry);
    }

    /// <summary>Removes a transfer; null when it has been removed before.</summary>
    public TransferEntry? Remove(TransferId id)
    {
        if (_entries.Remove(id, out var entry))
        {
            _sessions.Remove(entry.Key);
        }

        return entry;
    }
}
