namespace ActorTransfer.Actors.Connections;

/// <summary>Services that did not respond: they are not awaited again for a while.</summary>
/// <param name="ttl">For how long.</param>
internal sealed class SilentServices(TimeSpan ttl)
{
    private readonly Dictionary<Jid, DateTimeOffset> _until = [];

    /// <summary>Those that count now; expired entries are dropped.</summary>
    public IReadOnlyCollection<Jid> At(DateTimeOffset now)
    {
        foreach (var (service, _) in _until.Where(entry => now >= entry.Value).ToList())
        {
            _until.Remove(service);
        }

        return _until.Keys;
    }

    /// <summary>The service did not respond. True: it was not known to be silent.</summary>
    public bool Add(Jid service, DateTimeOffset now)
    {
        var isNew = !_until.ContainsKey(service);
        _until[service] = now + ttl;
        return isNew;
    }

    /// <summary>The service responded.</summary>
    public void Remove(Jid service) => _until.Remove(service);
}
