using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports.Relaying;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;

namespace ActorTransfer.Actors.Proxy;

/// <summary>
/// All pairs of a proxy: applies <see cref="ProxyPair"/> to them, counts, and closes pairs that have timed out. Owns their links.
/// Confined to the proxy's actor. A fault of one pair ends only that pair.
/// </summary>
internal sealed class PairTable : IDisposable
{
    private readonly Dictionary<DestinationAddress, Pair> _pairs = [];
    private readonly PairDeadlines _deadlines;
    private readonly ProxyServices _services;
    private readonly IActorRef _self;
    private readonly IActorRef _connection;
    private readonly IMaterializer _materializer;
    private readonly ILoggingAdapter _log;
    private ProxySettings _settings;

    public PairTable(
        ProxyServices services, IActorRef self, IActorRef connection, IMaterializer materializer, ILoggingAdapter log, ProxyMetrics metrics)
    {
        _services = services;
        _settings = services.Engine.Proxy;
        _self = self;
        _connection = connection;
        _materializer = materializer;
        _log = log;
        Counters = new ProxyCounters(metrics);
        _deadlines = new PairDeadlines(services.Clock);
        Rates = new SharedRates<Pair>(services.Clock, _settings.Rates.ToRates());
    }

    public ProxyCounters Counters { get; }

    public ProxyUsage Usage { get; } = new();

    public SharedRates<Pair> Rates { get; }

    public ProxyQuotas Quotas => _settings.Quotas;

    public int Count => _pairs.Count;

    /// <summary>No more destination addresses are accepted.</summary>
    public bool IsFull => Count >= _settings.MaxPairs || Counters.Waiting >= _settings.MaxPending;

    /// <summary>Interval of a relay's progress reports: short enough for the shortest timeout that progress restarts.</summary>
    private TimeSpan ReportInterval => TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerSecond, PairDeadlines.HalfClosedLimit(_settings).Ticks / 4));

    public Pair? Find(DestinationAddress address) => _pairs.GetValueOrDefault(address);

    /// <summary>Accepts or refuses a connection.</summary>
    /// <param name="arrival">The connection.</param>
    /// <param name="closed">Why new pairs are refused, or none.</param>
    public void Arrived(Socks5Arrival arrival, ProxyRefusal closed)
    {
        var known = Find(arrival.Address);
        var remote = (arrival.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (known is { State.Phase: not PairPhase.Waiting })
        {
            Reject(arrival, ProxyRefusal.ThirdConnection, Socks5Reply.NotAllowed);
        }
        else if (known is null && closed != ProxyRefusal.None)
        {
            Reject(arrival, closed, Socks5Reply.GeneralFailure);
        }
        else if (Usage.ObjectionTo(remote, _settings.Quotas) is var objection and not ProxyRefusal.None)
        {
            Reject(arrival, objection, Socks5Reply.NotAllowed);
        }
        else
        {
            Enter(known ?? Begin(arrival.Address), arrival, remote);
        }
    }

    /// <summary>Passes an activation to its pair, which sends the response.</summary>
    public void Activate(Pair pair, Iq request, Jid from, Jid target)
    {
        pair.TargetDomain ??= target.Domain;
        Apply(pair, new PairInput.Activate(request, pair.State.Phase == PairPhase.Ready ? Objection(pair, from) : null));
    }

    /// <summary>Whether an activation of this JID and session id is held until the second connection arrives.</summary>
    public bool IsHeld(Jid from, string sessionId) => _deadlines.IsHeld(from, sessionId);

    public void ConnectionClosed(Pair pair) => Apply(pair, PairInput.ClientClosed.Instance);

    /// <summary>A report of a pair's relay; it may arrive after the pair has ended.</summary>
    public void RelayReported(Pair pair, RelayEvent relayEvent)
    {
        switch (relayEvent)
        {
            case RelayEvent.Moved moved:
                Counters.Moved(pair.Count(moved.FromFirst, moved.Bytes));
                _deadlines.Moved(pair);
                break;
            case RelayEvent.Ended ended:
                Counters.Moved(pair.Count(ended.FromFirst, ended.Bytes));
                pair.End(ended.FromFirst, isComplete: ended.Fault is null);
                Apply(pair, ended.Fault is null ? PairInput.DirectionEnded.InOrder : PairInput.DirectionEnded.WithFault);
                break;
        }
    }

    /// <summary>Ends what has timed out; the cost is proportional to what ends.</summary>
    public void Expire()
    {
        while (_deadlines.NextHeldTooLong(_settings) is { } pair)
        {
            Apply(pair, PairInput.HoldExpired.Instance);
        }

        while (_deadlines.NextOverdue(_settings) is { } pair)
        {
            Apply(pair, pair.IsStuck ? new PairInput.TimeIsUp(Stuck: true) : PairInput.TimeIsUp.Instance);
        }
    }

    /// <summary>Ends all pairs that are not active.</summary>
    public void ShutDown()
    {
        while (_deadlines.FirstPending is { } pair)
        {
            Apply(pair, PairInput.ShutDown.Instance);
        }
    }

    /// <summary>Applies new limits, timeouts and rates.</summary>
    public void Change(ProxySettings settings)
    {
        _settings = settings;
        Rates.Change(settings.Rates.ToRates());
    }

    /// <summary>Closes every link.</summary>
    public void Dispose()
    {
        foreach (var pair in _pairs.Values)
        {
            // Its relay may still report to the actor.
            pair.State = pair.State with { Phase = PairPhase.Closed };
            pair.CloseLinks(PairEnd.ShutDown);
            Counters.PairEnded(PairEnd.ShutDown, pair.IsActivated);
        }

        _pairs.Clear();
    }

    private Pair Begin(DestinationAddress address)
    {
        var pair = new Pair(address, _self, _services.Clock.GetTimestamp());
        _pairs.Add(address, pair);
        _deadlines.Enter(pair);
        Counters.PairBegan();
        return pair;
    }

    private void Enter(Pair pair, Socks5Arrival arrival, IPAddress remote)
    {
        Usage.Enter(pair.Usage, remote);
        var objection = pair.State.Held is { From: { } from } ? Objection(pair, from) : null;
        Apply(pair, objection is null ? PairInput.Arrived.Welcome : new PairInput.Arrived(objection), arrival);
    }

    private void Reject(Socks5Arrival arrival, ProxyRefusal why, Socks5Reply code)
    {
        _log.Write(ProxiesLog.ClientRefused, arrival.RemoteEndPoint, arrival.Address, why);
        Counters.Refused(why);
        arrival.Refuse(code);
    }

    private StanzaError? Objection(Pair pair, Jid from)
    {
        var why = Usage.ObjectionTo(pair.Usage, from, _settings.Quotas);
        Counters.Refused(why);
        return why == ProxyRefusal.None ? null : StanzaError.ResourceConstraint;
    }

    private void Apply(Pair pair, PairInput input, Socks5Arrival? arrival = null)
    {
        var step = ProxyPair.Next(pair.State, input);
        var phase = pair.State.Phase;
        pair.State = step.State;
        if (step.State.Phase != phase)
        {
            _deadlines.Enter(pair);
        }

        for (var at = 0; at < step.Outputs.Length; at++)
        {
            try
            {
                Execute(pair, step.Outputs[at], arrival);
            }
#pragma warning disable CA1031 // a fault of one pair must not affect the others
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _log.Write(exception, ProxiesLog.PairFailed, pair.Address);
                Fail(pair, step.Outputs.AsSpan()[at..], arrival);
                return;
            }
        }
    }

    /// <summary>Outstanding responses become errors.</summary>
    private void Fail(Pair pair, ReadOnlySpan<PairOutput> undone, Socks5Arrival? arrival)
    {
        foreach (var output in undone)
        {
            if (output is PairOutput.Reply { Answer: var answer })
            {
                Tell(new Iq(IqType.Error, answer.Id, answer.From, answer.To, null, StanzaError.InternalServerError));
            }
        }

        arrival?.Dispose();
        Apply(pair, PairInput.Failed.Instance);
    }

    private void Execute(Pair pair, PairOutput output, Socks5Arrival? arrival)
    {
        switch (output)
        {
            case PairOutput.Grant:
                pair.Add(arrival!.Grant());
                break;
            case PairOutput.Refuse refuse:
                Reject(arrival!, ProxyRefusal.ThirdConnection, refuse.Code);
                break;
            case PairOutput.Reply reply:
                Counters.Refused(reply.Answer.Error);
                Tell(reply.Answer);
                break;
            case PairOutput.Hold:
                _deadlines.Hold(pair, pair.State.Held!);
                break;
            case PairOutput.StartRelay start:
                StartRelay(pair, start.Request.From!);
                break;
            case PairOutput.Close close:
                Close(pair, close.Reason);
                break;
        }
    }

    private void Tell(Iq answer) => _connection.Tell(new Connection.Reply(answer), _self);

    private void StartRelay(Pair pair, Jid requester)
    {
        if (_settings.DiscardEarlyBytes)
        {
            pair.First!.DropReceived();
            pair.Second!.DropReceived();
        }

        Usage.Activate(pair.Usage, requester);
        pair.Began = _services.Clock.GetTimestamp();
        Counters.PairActivated();
        var terms = new RelayTerms(ReportInterval) { Buckets = Rates.Open(pair, pair.Usage.User!) };
        _services.Relay(pair.First!, pair.Second!, terms, _materializer, pair.Report);
    }

    private void Close(Pair pair, PairEnd why)
    {
        _pairs.Remove(pair.Address);
        pair.CloseLinks(why);
        Counters.PairEnded(why, pair.IsActivated);
        Counters.RefusedBy(why);
        if (_settings.Audit && pair.IsActivated)
        {
            _log.Write(ProxiesLog.PairEnded,
                pair.Address,
                pair.Usage.User,
                pair.TargetDomain,
                _services.Clock.GetElapsedTime(pair.Began),
                why,
                pair.Bytes);
        }

        Rates.Close(pair);
        Usage.Release(pair.Usage);
    }
}
