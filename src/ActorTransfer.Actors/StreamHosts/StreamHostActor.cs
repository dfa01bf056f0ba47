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

/// <summary>
/// The one SOCKS5 listener of all direct transfers: accepts expected destination addresses once each and refuses others; knows its
/// own addresses and which peers may get them. Child of the engine. An expectation ends with its transfer. If it cannot listen, it
/// has no addresses, and the engine continues without direct transfers.
/// </summary>
/// <remarks>
/// A peer may connect to all addresses at once and need every connection granted (slixmpp fails when one is refused), and its response names one JID
/// for all of them. So the connection at the address that was offered first is used, of those that the peer has not closed.
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
        Receive<DirectStreamHost.GetListener>(_ => Sender.Tell(new DirectStreamHost.Listener(_listener?.LocalEndPoint)));
        Receive<DirectStreamHost.Expect>(Expect);
        Receive<DirectStreamHost.Take>(Take);
        Receive<Socks5Arrival>(Arrived);
        Receive<GraceOver>(over => GiveUp(over.Destination));
        Receive<DirectStreamHost.Dismiss>(dismiss => Forget(dismiss.Destination));
        Receive<OwnerStopped>(stopped => Forget(stopped.Destination));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

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
            _log.Write(StreamHostsLog.StreamHostListens, _listener.LocalEndPoint);
        }
        catch (SocketException exception)
        {
            _log.Write(StreamHostsLog.StreamHostUnavailable, endPoint, exception.Message);
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
        Context.WatchWith(Sender, new OwnerStopped(expect.Destination));
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
            _log.Write(StreamHostsLog.ConnectionUnexpected, arrival.RemoteEndPoint);
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

        (expectation.IsWanted, expectation.WantedHost) = (true, take.Host);
        if (expectation.HasLinks)
        {
            HandOver(expectation);
            return;
        }

        Timers.StartSingleTimer(take.Destination, new GraceOver(take.Destination), _settings.Grace);
    }

    /// <summary>The link stays registered: if the owner stops before it gets the message, <see cref="Forget"/> closes it.</summary>
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
        Context.Unwatch(expectation.Owner);
    }

    /// <summary>The addresses of this machine, for the requester.</summary>
    private sealed record Machine(ImmutableArray<OwnAddress> Addresses);

    private sealed record GraceOver(DestinationAddress Destination);

    private sealed record OwnerStopped(DestinationAddress Destination);
}
