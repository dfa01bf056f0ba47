using ActorTransfer.Actors.Connections;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The transfers that have not ended, by id, by session and by account.</summary>
/// <param name="sessionBegan">Called for each session, and for an in-band bytestream with a sid of its own.</param>
/// <param name="sessionEnded">Called when the transfer ends or continues as another one.</param>
internal sealed class TransferTable(Action<TransferEntry, SessionKey> sessionBegan, Action<TransferEntry, SessionKey> sessionEnded)
{
    private readonly Dictionary<long, TransferEntry> _entries = [];
    private readonly Dictionary<SessionKey, TransferEntry> _sessions = [];
    private readonly Dictionary<SessionKey, TransferEntry> _transports = [];
    private readonly Dictionary<string, HashSet<TransferEntry>> _accounts = [];

    public int Count => _entries.Count;

    public IEnumerable<TransferId> Ids => _entries.Values.Select(entry => entry.Id);

    public IReadOnlyCollection<TransferEntry> Entries => _entries.Values;

    /// <summary>The transfers of an account.</summary>
    public IReadOnlyCollection<TransferEntry> Of(string account) => _accounts.TryGetValue(account, out var entries) ? entries : [];

    /// <summary>Adds a transfer. One of this side has no session before it begins.</summary>
    public void Add(TransferEntry entry)
    {
        _entries.Add(entry.Id.Value, entry);
        if (!_accounts.TryGetValue(entry.Account, out var entries))
        {
            _accounts.Add(entry.Account, entries = []);
        }

        entries.Add(entry);
        if (entry.IsTarget)
        {
            Begin(entry);
        }
    }

    public TransferEntry? Find(TransferId id) => _entries.TryGetValue(id.Value, out var entry) && (id.Node == 0 || id == entry.Id) ? entry : null;

    public TransferEntry? Find(SessionKey key) => _sessions.GetValueOrDefault(key);

    /// <summary>The transfer continues, or begins, as this session.</summary>
    public void ChangeKey(TransferEntry entry, SessionKey key)
    {
        End(entry);
        entry.Key = key;
        Begin(entry);
    }

    /// <summary>The transfer has no session, or not any more.</summary>
    public void EndSession(TransferEntry entry, SessionKey key)
    {
        End(entry);
        entry.Key = key;
    }

    /// <summary>The transfer whose in-band bytestream has a sid of its own.</summary>
    public TransferEntry? FindTransport(SessionKey key) => _transports.GetValueOrDefault(key);

    /// <summary>The in-band bytestream of the transfer has this sid.</summary>
    public void ChangeTransport(TransferEntry entry, string transportId)
    {
        EndTransport(entry);
        var key = new SessionKey(entry.Key.Self, entry.Key.Peer, entry.Key.Outgoing, transportId);
        if (_transports.TryAdd(key, entry))
        {
            entry.Transport = key;
            sessionBegan(entry, key);
        }
    }

    /// <summary>Removes a transfer; null when it has been removed before.</summary>
    public TransferEntry? Remove(TransferId id)
    {
        if (_entries.Remove(id.Value, out var entry))
        {
            End(entry);
            EndTransport(entry);
            var entries = _accounts[entry.Account];
            if (entries.Remove(entry) && entries.Count == 0)
            {
                _accounts.Remove(entry.Account);
            }
        }

        return entry;
    }

    private void EndTransport(TransferEntry entry)
    {
        if (entry.Transport is { } key)
        {
            _transports.Remove(key);
            entry.Transport = null;
            sessionEnded(entry, key);
        }
    }

    private void Begin(TransferEntry entry)
    {
        _sessions.Add(entry.Key, entry);
        sessionBegan(entry, entry.Key);
    }

    private void End(TransferEntry entry)
    {
        if (_sessions.Remove(entry.Key))
        {
            sessionEnded(entry, entry.Key);
        }
    }
}
