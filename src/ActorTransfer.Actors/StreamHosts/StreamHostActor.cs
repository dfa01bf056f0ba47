using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.StreamHosts;

/// <summary>What can be said to the listener for direct transfers.</summary>
internal static class DirectStreamHost
{
    /// <summary>The sender gets <see cref="Addresses"/>.</summary>
    /// <param name="Peer">Who would be told; null = nobody, so that privacy does not matter.</param>
    public sealed record GetAddresses(Jid? Peer);

    /// <summary>Where peers can connect, best first; none while the listener is not up, or when the peer may not know.</summary>
    public sealed record Addresses(ImmutableArray<DnsEndPoint> EndPoints);

    /// <summary>
    /// Let connections with this address in, one at each own address, until the sender stops. The sender gets <see cref="Expecting"/>.
    /// </summary>
    /// <param name="Destination">The stream, and the address by the formula.</param>
    /// <param name="Variants">Further addresses under which the peer may ask for the same stream; default = none.</param>
    public sealed record Expect(DestinationAddress Destination, ImmutableArray<DestinationAddress> Variants = default);

    /// <summary>Connections with the address are let in now.</summary>
    public sealed record Expecting(DestinationAddress Destination);

    /// <summary>The transfer takes another method: connections with the address are closed and refused. Some peers connect everywhere and name one.</summary>
    public sealed record Dismiss(DestinationAddress Destination);

    /// <summary>Hands over the connection with this address: the sender gets <see cref="Taken"/>, or <see cref="NotThere"/> after the grace period.</summary>
    public sealed record Take(DestinationAddress Destination);

    /// <summary>The connection; the receiver owns it.</summary>
    public sealed record Taken(IByteLink Link);

    /// <summary>Nobody connected with that address.</summary>
    public sealed record NotThere;
}

/// <summary>
/// The one SOCKS5 listener of all direct transfers: knows which destination addresses are expected, lets each in once, refuses the rest; knows its
/// own addresses and who may learn them. Child of the engine. An expectation ends with the transfer that made it. When it cannot listen it
/// has no addresses, and the engine goes on without the direct way.
/// </summary>
/// <remarks>
/// A peer may try all addresses at once and need every connection granted (slixmpp fails when one is refused), and its answer names one JID
/// for all of them. So the connection that counts is the one at the address which was offered first, of those that the peer has not closed.
/// </remarks>
internal sealed class StreamHostActor : ReceiveActor, IWithTimers
{
    private readonly EngineSettings _engine;
    private readonly StreamHostSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<DestinationAddress, Expectation> _expected = [];
    private Socks5Listener? _listener;
    private ImmutableArray<OwnAddress> _machine = [];

    /// <summary>Use <see cref="Props(EngineSettings)"/>.</summary>
    public StreamHostActor(EngineSettings settings)
    {
        _engine = settings;
        _settings = settings.StreamHost;
        Receive<DirectStreamHost.GetAddresses>(GetAddresses);
        Receive<Machine>(MachineKnown);
        Receive<DirectStreamHost.Expect>(Expect);
        Receive<DirectStreamHost.Take>(Take);
        Receive<Socks5Arrival>(Arrived);
        Receive<GraceOver>(over => GiveUp(over.Destination));
        Receive<DirectStreamHost.Dismiss>(dismiss => Forget(dismiss.Destination));
        Receive<OwnerGone>(gone => Forget(gone.Destination));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Makes the listener's actor.</summary>
    public static Props Props(EngineSettings settings) =>
        Akka.Actor.Props.Create(() => new StreamHostActor(settings));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var self = Self;
        var bind = _settings.Bind.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : _settings.Bind;
        var endPoint = new IPEndPoint(bind, _settings.Port);
        try
        {
            _listener = Socks5Listener.Start(_engine.Socks5.ListenAt(endPoint, _engine.ChunkSize), arrival => self.Tell(arrival, ActorRefs.NoSender));
            _log.Info("Direct transfers are accepted at {EndPoint}", _listener.LocalEndPoint);
        }
        catch (SocketException exception)
        {
            _log.Warning("Direct transfers are not possible, {EndPoint} cannot be listened at: {Why}", endPoint, exception.Message);
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var expectation in _expected.Values)
        {
            expectation.Close();
        }

        _listener?.DisposeAsync().AsTask().PipeTo(ActorRefs.Nobody);
    }

    private void GetAddresses(DirectStreamHost.GetAddresses get)
    {
        if (_listener is not { LocalEndPoint: var listener } || (get.Peer is not null && !_settings.IsOfferedTo(get.Peer)))
        {
            Sender.Tell(new DirectStreamHost.Addresses([]));
        }
        else if (listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any))
        {
            LocalAddresses.Machine.GetAsync().PipeTo(Self, Sender, machine => new Machine(machine), _ => new Machine([]));
        }
        else
        {
            Sender.Tell(new DirectStreamHost.Addresses(AddressesAt(listener)));
        }
    }

    private void MachineKnown(Machine known)
    {
        _machine = known.Addresses;
        Sender.Tell(new DirectStreamHost.Addresses(_listener is { } listener ? AddressesAt(listener.LocalEndPoint) : []));
    }

    private ImmutableArray<DnsEndPoint> AddressesAt(IPEndPoint listener)
    {
        var external = _settings.External.Select(at => new DnsEndPoint(at.Host, at.Port ?? listener.Port));
        IEnumerable<OwnAddress> local = listener.Address switch
        {
            var any when any.Equals(IPAddress.IPv6Any) => _machine,
            var any when any.Equals(IPAddress.Any) => _machine.Where(own => own.Address.AddressFamily == AddressFamily.InterNetwork),
            var only => [new OwnAddress(only)],
        };
        var chosen = OwnAddresses.Choose(local, _engine.Addresses).Select(own => new DnsEndPoint(own.ToString(), listener.Port));
        return [.. external.Concat(chosen).DistinctBy(at => (at.Host.ToLowerInvariant(), at.Port)).Take(_settings.MaxAddresses)];
    }

    private void Expect(DirectStreamHost.Expect expect)
    {
        Context.WatchWith(Sender, new OwnerGone(expect.Destination));
        var expectation = new Expectation(Sender, expect.Variants.IsDefault ? [expect.Destination] : expect.Variants.Add(expect.Destination));
        foreach (var address in expectation.Addresses)
        {
            _expected[address] = expectation;
        }

        Sender.Tell(new DirectStreamHost.Expecting(expect.Destination));
    }

    private void Arrived(Socks5Arrival arrival)
    {
        if (!_expected.TryGetValue(arrival.Address, out var expectation) || !expectation.HasRoomFor(arrival))
        {
            _log.Debug("Refused a connection of {Remote}: its address is not expected", arrival.RemoteEndPoint);
            arrival.Refuse(Socks5Reply.NotAllowed);
            return;
        }

        expectation.Enter(arrival);
        if (expectation.IsWanted)
        {
            HandOver(expectation);
        }
    }

    private void Take(DirectStreamHost.Take take)
    {
        if (!_expected.TryGetValue(take.Destination, out var expectation))
        {
            Sender.Tell(new DirectStreamHost.NotThere());
            return;
        }

        expectation.IsWanted = true;
        if (expectation.HasLinks)
        {
            HandOver(expectation);
            return;
        }

        Timers.StartSingleTimer(take.Destination, new GraceOver(take.Destination), _settings.Grace);
    }

    /// <summary>The link stays on record: should the owner stop before it gets the message, <see cref="Forget"/> closes it.</summary>
    private void HandOver(Expectation expectation)
    {
        var offered = _listener is { } listener ? AddressesAt(listener.LocalEndPoint) : [];
        var order = offered.Select(at => at.Host).ToList();
        expectation.Owner.Tell(new DirectStreamHost.Taken(expectation.Choose(address => order.IndexOf(address.ToString()))));
    }

    private void GiveUp(DestinationAddress destination)
    {
        if (_expected.TryGetValue(destination, out var expectation) && !expectation.IsTaken)
        {
            expectation.IsTaken = true;
            expectation.Owner.Tell(new DirectStreamHost.NotThere());
        }
    }

    private void Forget(DestinationAddress destination)
    {
        if (!_expected.TryGetValue(destination, out var expectation))
        {
            return;
        }

        foreach (var address in expectation.Addresses)
        {
            _expected.Remove(address);
            Timers.Cancel(address);
        }

        expectation.Close();
    }

    /// <summary>The addresses of this machine, for the sender who asked.</summary>
    private sealed record Machine(ImmutableArray<OwnAddress> Addresses);

    private sealed record GraceOver(DestinationAddress Destination);

    private sealed record OwnerGone(DestinationAddress Destination);

    private sealed class Expectation(IActorRef owner, ImmutableArray<DestinationAddress> addresses)
    {
        private readonly Dictionary<IPAddress, (Socks5Arrival Arrival, IByteLink Link)> _links = [];

        public ImmutableArray<DestinationAddress> Addresses { get; } = addresses;

        public IActorRef Owner { get; } = owner;

        public bool HasLinks => _links.Count > 0;

        /// <summary>The owner asked for the link.</summary>
        public bool IsWanted { get; set; }

        /// <summary>The owner got the link, or the word that there is none.</summary>
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

        /// <summary>Closes all links but one: the first in this order that the peer has not closed.</summary>
        /// <param name="order">Place of an own address in the offer; an address that is not in it (-1) was reached through an external one.</param>
        public IByteLink Choose(Func<IPAddress, int> order)
        {
            IsTaken = true;
            var chosen = _links.OrderBy(entered => entered.Value.Arrival.HasLeft).ThenBy(entered => order(entered.Key)).First();
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
}
