using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;

namespace ActorTransfer.Actors.Proxy;

/// <summary>
/// A SOCKS5 bytestreams proxy (XEP-0065 §6): owns the listeners and, in its <see cref="PairTable"/>, all pairs; announces its addresses and checks
/// activations. Child of the engine; its only children are the streams of the relays. States: serving, draining.
/// </summary>
internal sealed partial class ProxyActor : RequestHandlerActor, IWithTimers
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_addressesLast = TimeSpan.FromMinutes(1);

    private readonly BytestreamsProxy.Definition _definition;
    private readonly IActorRef _connection;
    private readonly ProxyServices _services;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PairTable _pairs;
    private readonly ProxyListeners _listeners;
    private readonly List<IActorRef> _drainers = [];
    private ProxyAccess _allowed;
    private bool _strict;
    private bool _draining;
    private bool _serving;
    private (XmlElement? Payload, long At) _addresses;

    /// <summary>Use <see cref="Props(BytestreamsProxy.Definition, IActorRef, EngineSettings)"/>.</summary>
    public ProxyActor(BytestreamsProxy.Definition definition, IActorRef connection, ProxyServices services)
    {
        _definition = definition;
        _connection = connection;
        _services = services;
        _allowed = definition.AllowedBy(services.Engine.Proxy);
        _strict = services.Engine.Proxy.Strict;
        _listeners = new ProxyListeners(definition, services.Engine, ticksInMinute: (int)(TimeSpan.FromMinutes(1) / s_tick));
        _pairs = new PairTable(services, Self, connection, Context.Materializer(), _log, Instrumentation.EngineMetrics.Of(Context.System).Proxy);
        Receive<Socks5Arrival>(Arrived);
        Receive<Connection.Requested>(requested => Requested(requested.Request));
        Receive<Pair.RelayReported>(RelayReported);
        Receive<Pair.ConnectionClosed>(ConnectionClosed);
        Receive<Tick>(_ => Check());
        Receive<Machine>(MachineKnown);
        Receive<BytestreamsProxy.GetStatus>(_ => Sender.Tell(Status()));
        Receive<BytestreamsProxy.Reload>(Reload);
        Receive<BytestreamsProxy.Drain>(_ => Drain());
        ReceiveFarm();
    }

    /// <summary>disco#info result of a proxy's address.</summary>
    public static DiscoInfo Info { get; } = new(
        [new DiscoIdentity("proxy", "bytestreams", "SOCKS5 Bytestreams")],
        [Namespaces.DiscoInfo, Namespaces.DiscoItems, Namespaces.Bytestreams, Namespaces.Ping]);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="definition">Listen addresses and rights.</param>
    /// <param name="connection">The connection of its component.</param>
    /// <param name="settings">Timeouts and limits.</param>
    public static Props Props(BytestreamsProxy.Definition definition, IActorRef connection, EngineSettings settings) =>
        Props(definition, connection, ProxyServices.Real(settings));

    /// <summary>Makes a proxy with other services, for tests.</summary>
    public static Props Props(BytestreamsProxy.Definition definition, IActorRef connection, ProxyServices services) =>
        Akka.Actor.Props.Create(() => new ProxyActor(definition, connection, services));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var self = Self;
        _listeners.Start(arrival => self.Tell(arrival, ActorRefs.NoSender));
        foreach (var endPoint in _listeners.EndPoints)
        {
            _log.Write(ProxiesLog.ProxyListens, _definition.Address, endPoint);
        }

        LookUpAddresses();
        Timers.StartPeriodicTimer("tick", Tick.Instance, s_tick);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _pairs.Dispose();
        _listeners.Stop();
    }

    private void Arrived(Socks5Arrival arrival) =>
        _pairs.Arrived(arrival, _draining ? ProxyRefusal.Draining : _pairs.IsFull ? ProxyRefusal.Overload : ProxyRefusal.None);

    private void Requested(Iq request)
    {
        var answer = request switch
        {
            { From: null } or { Payload: null } => Refuse(request, ProxyRefusal.BadRequest, StanzaError.BadRequest),
            { Payload: { } payload } when !ProxyAddress.IsQuery(payload) => request.Fail(StanzaError.ServiceUnavailable),
            { Type: IqType.Get } => Announce(request, request.From),
            _ => Activate(request, request.From, request.Payload),
        };
        if (answer is not null)
        {
            _connection.Tell(new Connection.Reply(answer));
        }
    }

    private Iq Announce(Iq request, Jid from)
    {
        if (!_allowed.Allows(from))
        {
            return Refuse(request, ProxyRefusal.Acl, StanzaError.Forbidden);
        }

        if (_draining || _pairs.IsFull)
        {
            return Refuse(request, _draining ? ProxyRefusal.Draining : ProxyRefusal.Overload, StanzaError.ResourceConstraint);
        }

        return Addresses() is { } addresses ? request.Result(addresses) : Refuse(request, ProxyRefusal.NotListening, StanzaError.NotAllowed);
    }

    /// <summary>Null: the pair sends the response.</summary>
    private Iq? Activate(Iq request, Jid from, XmlElement payload)
    {
        if (!Activation.TryRead(payload, out var activation, out var refusal))
        {
            return Refuse(request, ProxyRefusals.OfUnreadable(refusal), refusal);
        }

        if (!_allowed.Allows(from))
        {
            return Refuse(request, ProxyRefusal.Acl, StanzaError.Forbidden);
        }

        if (Find(activation, from, request.FromText) is { } pair)
        {
            _pairs.Activate(pair, request, from, activation.Target);
            return null;
        }

        return _strict && _pairs.IsHeld(from, activation.SessionId)
            ? Refuse(request, ProxyRefusal.NotAuthorized, StanzaError.NotAuthorized)
            : Refuse(request, ProxyRefusal.ItemNotFound, StanzaError.ItemNotFound);
    }

    /// <summary>By the formula first, then by the variants that some clients compute.</summary>
    private Pair? Find(Activation activation, Jid from, string? fromText)
    {
        if (_pairs.Find(DestinationAddress.Compute(activation.SessionId, from, activation.Target)) is { } pair)
        {
            return pair;
        }

        foreach (var destination in DestinationAddress.Variants(activation.SessionId, fromText ?? from.ToString(), activation.TargetText))
        {
            if (_pairs.Find(destination) is { } other)
            {
                return other;
            }
        }

        return null;
    }

    private Iq Refuse(Iq request, ProxyRefusal reason, StanzaError error)
    {
        _pairs.Counters.Refused(reason);
        return request.Fail(error);
    }

    /// <summary>Refreshed periodically in the background: machines move between networks.</summary>
    private XmlElement? Addresses()
    {
        if (_addresses.Payload is null || _services.Clock.GetElapsedTime(_addresses.At) >= s_addressesLast)
        {
            LookUpAddresses();
        }

        return _addresses.Payload;
    }

    private void LookUpAddresses()
    {
        if (PublicAddresses.NeedMachine(_definition, _listeners.EndPoints))
        {
            LocalAddresses.Machine.GetAsync().PipeTo(Self, success: machine => new Machine(machine), failure: _ => new Machine([]));
        }
        else
        {
            MachineKnown(new Machine([]));
        }
    }

    /// <summary>Starts to serve when the addresses are known for the first time.</summary>
    private void MachineKnown(Machine known)
    {
        _addresses = (PublicAddresses.Answer(_definition, _listeners.EndPoints, known.Addresses), _services.Clock.GetTimestamp());
        if (_serving)
        {
            return;
        }

        _serving = true;
        if (_addresses.Payload is null)
        {
            _log.Write(ProxiesLog.NoPublicAddress, _definition.Address, _listeners.EndPoints.Length);
        }

        _connection.Tell(new Connection.Serve(Namespaces.Bytestreams, Self));
    }

    private void RelayReported(Pair.RelayReported reported)
    {
        _pairs.RelayReported(reported.Pair, reported.Event);
        ReportDrained();
    }

    private void ConnectionClosed(Pair.ConnectionClosed closed)
    {
        _pairs.ConnectionClosed(closed.Pair);
        ReportDrained();
    }

    private void Check()
    {
        _pairs.Expire();
        _listeners.CountHandshakes(_pairs.Counters);
        ReportShortage();
        ReportToFarm();
        ReportDrained();
    }

    private void ReportShortage()
    {
        if (_listeners.RunsOutOfDescriptors())
        {
            _log.Write(ProxiesLog.DescriptorsExhausted, _definition.Address, _pairs.Counters.Waiting + _pairs.Counters.Active);
        }
    }

    private BytestreamsProxy.Status Status()
    {
        _listeners.CountHandshakes(_pairs.Counters);
        var counters = _pairs.Counters;
        return new(
            _listeners.EndPoints, counters.Waiting, counters.Active, counters.SetUps, counters.Ended, counters.Bytes, counters.Refusals, _draining);
    }

    private void Reload(BytestreamsProxy.Reload reload)
    {
        _allowed = reload.Allowed ?? _definition.AllowedBy(reload.Settings);
        _strict = reload.Settings.Strict;
        _pairs.Change(reload.Settings);
        TellFarm(new ProxyFarm.Terms(_allowed, _pairs.Quotas));
        _log.Write(ProxiesLog.ProxyReloaded, _definition.Address);
    }

    private void Drain()
    {
        _draining = true;
        _drainers.Add(Sender);
        _pairs.ShutDown();
        ReportToFarm();
        ReportDrained();
    }

    private void ReportDrained()
    {
        if (_draining && _pairs.Count == 0)
        {
            _drainers.ForEach(drainer => drainer.Tell(new BytestreamsProxy.Drained()));
            _drainers.Clear();
        }
    }

    private sealed record Machine(ImmutableArray<OwnAddress> Addresses);

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }
}
