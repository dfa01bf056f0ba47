namespace ActorTransfer.Protocol.Discovery;

/// <summary>Remembers something about peers, each for a while. Not thread-safe.</summary>
/// <param name="capacity">Maximum number of entries; above it the entry that expires first is evicted.</param>
internal sealed class PeerCache<T>(int capacity)
    where T : class
{
    private readonly Dictionary<Jid, (T Value, DateTimeOffset Until)> _peers = [];

    /// <summary>What is known of this peer; null = nothing, or no longer.</summary>
    public T? Find(Jid peer, DateTimeOffset now) => _peers.TryGetValue(peer, out var entry) && now < entry.Until ? entry.Value : null;

    public void Add(Jid peer, T value, DateTimeOffset until, DateTimeOffset now)
    {
        _peers[peer] = (value, until);
        if (_peers.Count <= capacity)
        {
            return;
        }

        foreach (var (old, _) in _peers.Where(known => known.Value.Until <= now).ToArray())
        {
            _peers.Remove(old);
        }

        if (_peers.Count > capacity)
        {
            _peers.Remove(_peers.MinBy(known => known.Value.Until).Key);
        }
    }

    public void Remove(Jid peer) => _peers.Remove(peer);
}
