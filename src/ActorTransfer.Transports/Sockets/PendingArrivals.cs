namespace ActorTransfer.Transports.Sockets;

/// <summary>The arrivals of a listener without a reply. Thread-safe.</summary>
internal sealed class PendingArrivals
{
    private readonly HashSet<Socks5Arrival> _arrivals = [];
    private bool _isClosed;

    /// <summary>False after <see cref="RefuseAll"/>.</summary>
    public bool TryAdd(Socks5Arrival arrival)
    {
        lock (_arrivals)
        {
            return !_isClosed && _arrivals.Add(arrival);
        }
    }

    /// <summary>The arrival has a reply.</summary>
    public void Remove(Socks5Arrival arrival)
    {
        lock (_arrivals)
        {
            _arrivals.Remove(arrival);
        }
    }

    /// <summary>Refuses the pending arrivals; later ones cannot be added.</summary>
    public void RefuseAll()
    {
        Socks5Arrival[] left;
        lock (_arrivals)
        {
            _isClosed = true;
            left = [.. _arrivals];
        }

        foreach (Socks5Arrival arrival in left)
        {
            arrival.Dispose();
        }
    }
}
