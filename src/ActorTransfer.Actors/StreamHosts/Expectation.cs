using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;

namespace ActorTransfer.Actors.StreamHosts;

/// <summary>The connections that a transfer expects: at most one at each own address, until one is taken.</summary>
/// <param name="owner">The transfer.</param>
/// <param name="addresses">Destination addresses that the peer may request for the stream.</param>
internal sealed class Expectation(IActorRef owner, ImmutableArray<DestinationAddress> addresses)
{
    private readonly Dictionary<IPAddress, (Socks5Arrival Arrival, IByteLink Link)> _links = [];

    public ImmutableArray<DestinationAddress> Addresses { get; } = addresses;

    public IActorRef Owner { get; } = owner;

    public bool HasLinks => _links.Count > 0;

    /// <summary>The owner requested the link.</summary>
    public bool IsWanted { get; set; }

    /// <summary>At this own address, if there is one; null = at any.</summary>
    public string? WantedHost { get; set; }

    /// <summary>The owner got the link, or the reply that there is none.</summary>
    public bool IsTaken { get; set; }

    public bool HasRoomFor(Socks5Arrival arrival) =>
        !IsTaken && (!_links.TryGetValue(arrival.LocalAddress, out var known) || known.Arrival.HasLeft);

    public void Enter(Socks5Arrival arrival)
    {
        if (_links.Remove(arrival.LocalAddress, out var left))
        {
            left.Link.Dispose();
        }

        _links.Add(arrival.LocalAddress, (arrival, arrival.Grant()));
    }

    /// <summary>Closes all links but one: the wanted one, else the first in this order, of those that the peer has not closed.</summary>
    /// <param name="order">Position of an own address in the offer; -1 = reached through an external address.</param>
    public IByteLink Choose(Func<IPAddress, int> order)
    {
        IsTaken = true;
        var chosen = _links.OrderBy(entered => entered.Value.Arrival.HasLeft)
            .ThenByDescending(entered => entered.Key.ToString() == WantedHost)
            .ThenBy(entered => order(entered.Key))
            .First();
        foreach (var (address, spare) in _links.Where(entered => !entered.Key.Equals(chosen.Key)).ToList())
        {
            spare.Link.Dispose();
            _links.Remove(address);
        }

        return chosen.Value.Link;
    }

    public void Close()
    {
        foreach (var (_, link) in _links.Values)
        {
            link.Dispose();
        }
    }
}
