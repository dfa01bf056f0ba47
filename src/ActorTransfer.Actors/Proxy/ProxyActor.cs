using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Proxy;

/// <summary>
/// A SOCKS5 bytestreams proxy (XEP-0065 §6): owns the listener and the table of pairs, tells its address, checks activations and hands them to the pair.
/// Child of the engine; its children are the pairs. A pair that crashes takes its two connections with it and nothing else.
/// </summary>
public sealed class ProxyActor : ReceiveActor
{
    private readonly BytestreamsProxy.Definition _definition;
    private readonly EngineSettings _engine;
    private readonly ProxySettings _settings;
    private readonly IActorRef _connection;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<DestinationAddress, IActorRef> _pairs = [];
    private readonly List<IActorRef> _drainers = [];
    private Socks5Listener _listener = null!;
    private bool _draining;
    private long _relayed;
    private long _bytes;

    /// <summary>Use <see cref="Props(BytestreamsProxy.Definition, IActorRef, EngineSettings)"/>.</summary>
    public ProxyActor(BytestreamsProxy.Definition definition, IActorRef connection, EngineSettings settings)
    {
        _definition = definition;
        _connection = connection;
        _engine = settings;
        _settings = settings.Proxy;
        Receive<Socks5Arrival>(Arrived);
        Receive<Connection.Requested>(requested => Requested(requested.Request));
        Receive<BytestreamsProxy.PairEnded>(PairEnded);
        Receive<BytestreamsProxy.GetStatus>(_ => Sender.Tell(new BytestreamsProxy.Status(_listener.LocalEndPoint, _pairs.Count, _relayed, _bytes)));
        Receive<BytestreamsProxy.Drain>(_ => Drain());
        Receive<Terminated>(crashed => Crashed(crashed.ActorRef));
    }

    /// <summary>What a proxy's address answers to disco#info.</summary>
    public static DiscoInfo Info { get; } = new(
        [new DiscoIdentity("proxy", "bytestreams", "SOCKS5 Bytestreams")],
        [Namespaces.DiscoInfo, Namespaces.DiscoItems, Namespaces.Bytestreams, Namespaces.Ping]);

    /// <summary>Makes a proxy.</summary>
    /// <param name="definition">Where it listens and who may use it.</param>
    /// <param name="connection">The connection of its component.</param>
    /// <param name="settings">Times and limits.</param>
    public static Props Props(BytestreamsProxy.Definition definition, IActorRef connection, EngineSettings settings) =>
        Akka.Actor.Props.Create(() => new ProxyActor(definition, connection, settings));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var self = Self;
        _listener = Socks5Listener.Start(_engine.Socks5.ListenAt(_definition.Listen, _engine.ChunkSize), arrival => self.Tell(arrival, ActorRefs.NoSender));
        _connection.Tell(new Connection.Serve(Namespaces.Bytestreams, Self));
        _log.Info("Proxy {Proxy} listens at {EndPoint}", _definition.Address, _listener.LocalEndPoint);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _listener.DisposeAsync().AsTask().PipeTo(ActorRefs.Nobody);

    private void Arrived(Socks5Arrival arrival)
    {
        if (_pairs.TryGetValue(arrival.Address, out var pair))
        {
            pair.Tell(arrival);
        }
        else if (_draining || _pairs.Count >= _settings.MaxPairs)
        {
            _log.Warning("Proxy {Proxy} refused a connection of {Remote}: {Count} pairs", _definition.Address, arrival.RemoteEndPoint, _pairs.Count);
            arrival.Refuse(Socks5Reply.GeneralFailure);
        }
        else
        {
            pair = Context.Watch(Context.ActorOf(PairActor.Props(arrival.Address, _connection, _settings), arrival.Address.Hex));
            _pairs.Add(arrival.Address, pair);
            Telemetry.PairBegan();
            pair.Tell(arrival);
        }
    }

    private void Requested(Iq request)
    {
        var answer = request switch
        {
            { From: null } or { Payload: null } => request.Fail(StanzaError.BadRequest),
            { From: { } from } when !_definition.Allowed.Allows(from) => request.Fail(StanzaError.Forbidden),
            { Type: IqType.Get } when _draining => request.Fail(StanzaError.ResourceConstraint),
            { Type: IqType.Get } => request.Result(ProxyAddress.Answer(Addresses())),
            _ => Activate(request, request.From, request.Payload),
        };
        if (answer is not null)
        {
            _connection.Tell(new Connection.Reply(answer));
        }
    }

    /// <summary>Null: the pair answers.</summary>
    private Iq? Activate(Iq request, Jid from, Protocol.Xml.XmlElement payload)
    {
        if (!Activation.TryRead(payload, out var activation, out var refusal))
        {
            return request.Fail(refusal);
        }

        foreach (var destination in DestinationAddress.Variants(activation.SessionId, from.ToString(), activation.TargetText))
        {
            if (_pairs.TryGetValue(destination, out var pair))
            {
                pair.Tell(new PairInput.Activate(request));
                return null;
            }
        }

        return request.Fail(StanzaError.ItemNotFound);
    }

    private ImmutableArray<StreamHost> Addresses() => _definition.Public.IsEmpty
        ? [new StreamHost(_definition.Address, _listener.LocalEndPoint.Address.ToString(), _listener.LocalEndPoint.Port)]
        : [.. _definition.Public.Select(at => new StreamHost(_definition.Address, at.Host, at.Port == 0 ? _listener.LocalEndPoint.Port : at.Port))];

    /// <summary>The pair refuses what is still in its mailbox and stops then: an arrival must not be lost with its socket open.</summary>
    private void PairEnded(BytestreamsProxy.PairEnded ended)
    {
        _pairs.Remove(ended.Destination);
        Telemetry.PairEnded(ended.Why, ended.Bytes);
        _bytes += ended.Bytes;
        _relayed += ended.Why == PairEnd.Relayed ? 1 : 0;
        Context.Unwatch(ended.Pair);
        ended.Pair.Tell(PoisonPill.Instance);
        TellDrained();
    }

    private void Crashed(IActorRef pair)
    {
        foreach (var (destination, _) in _pairs.Where(entry => entry.Value.Equals(pair)).ToArray())
        {
            _pairs.Remove(destination);
            Telemetry.PairEnded(PairEnd.Broken, 0);
        }

        TellDrained();
    }

    private void Drain()
    {
        _draining = true;
        _drainers.Add(Sender);
        foreach (var pair in _pairs.Values)
        {
            pair.Tell(new PairInput.ShutDown());
        }

        TellDrained();
    }

    private void TellDrained()
    {
        if (_draining && _pairs.Count == 0)
        {
            _drainers.ForEach(drainer => drainer.Tell(new BytestreamsProxy.Drained()));
            _drainers.Clear();
        }
    }
}
