using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Transports;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Stages;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Proxy;

/// <summary>
/// Two connections with the same destination address: waits for both and for the activation, relays both ways, ends. Carries out what
/// <see cref="ProxyPair"/> says. Child of its proxy, named after the address; owns both links; tells its parent <see cref="BytestreamsProxy.PairEnded"/>
/// once and refuses whatever still arrives until the parent stops it.
/// </summary>
internal sealed class PairActor : ReceiveActor, IWithTimers
{
    private const int Directions = 2;
    private readonly DestinationAddress _destination;
    private readonly IActorRef _connection;
    private readonly ProxySettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<IByteLink> _links = [];
    private readonly CancellationTokenSource _watching = new();
    private PairState _state = new();
    private Socks5Arrival? _arrival;
    private int _ended;
    private bool _broken;
    private long _bytes;

    /// <summary>Use <see cref="Props"/>.</summary>
    public PairActor(DestinationAddress destination, IActorRef connection, ProxySettings settings)
    {
        _destination = destination;
        _connection = connection;
        _settings = settings;
        Receive<Socks5Arrival>(Arrived);
        Receive<PairInput>(Carry);
        Receive<PartyGone>(_ => Carry(new PairInput.PartyLeft()));
        Receive<PartySpeaks>(_ => { });
        Receive<Moved>(_ => StartIdleTimer());
        Receive<DirectionEnded>(Ended);
        Receive<RelayOver>(over => Carry(new PairInput.RelayEnded(over.Broken)));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(DestinationAddress destination, IActorRef connection, ProxySettings settings) =>
        Akka.Actor.Props.Create(() => new PairActor(destination, connection, settings));

    protected override void PreStart() =>
        Timers.StartSingleTimer("pending", new PairInput.PendingExpired(), _settings.PendingTimeout);

    protected override void PostStop()
    {
        _watching.Cancel();
        _watching.Dispose();
        _links.ForEach(link => link.Dispose());
    }

    private void Arrived(Socks5Arrival arrival)
    {
        _arrival = arrival;
        Carry(new PairInput.Arrived());
        _arrival = null;
    }

    private void Carry(PairInput input)
    {
        var step = ProxyPair.Next(_state, input);
        _state = step.State;
        foreach (var output in step.Outputs)
        {
            Perform(output);
        }
    }

    private void Perform(PairOutput output)
    {
        switch (output)
        {
            case PairOutput.Grant:
                Grant(_arrival!);
                break;
            case PairOutput.Refuse refuse:
                _log.Debug("Pair {Destination} refused {Remote}", Short, _arrival!.RemoteEndPoint);
                _arrival.Refuse(refuse.Code);
                break;
            case PairOutput.Reply reply:
                _connection.Tell(new Connection.Reply(reply.Answer));
                break;
            case PairOutput.Hold:
                Timers.StartSingleTimer("hold", new PairInput.HoldExpired(), _settings.ActivationHold);
                break;
            case PairOutput.StartRelay:
                StartRelay();
                break;
            case PairOutput.Close close:
                Close(close.Why);
                break;
        }
    }

    /// <summary>From here on nobody reads the link until the activation: early bytes wait in the kernel.</summary>
    private void Grant(Socks5Arrival arrival)
    {
        var link = arrival.Grant();
        _links.Add(link);
        link.ClosedBeforeDataAsync(_watching.Token).PipeTo(
            Self,
            success: closed => closed ? new PartyGone() : new PartySpeaks(),
            failure: _ => new PartySpeaks());
    }

    private void StartRelay()
    {
        Timers.Cancel("pending");
        Timers.Cancel("hold");
        _watching.Cancel();
        StartIdleTimer();
        var materializer = Context.Materializer();
        Relay(_links[0], _links[1], materializer);
        Relay(_links[1], _links[0], materializer);
        _log.Debug("Pair {Destination} is active", Short);
    }

    private void Relay(IByteLink from, IByteLink to, IMaterializer materializer)
    {
        var self = Self;
        var source = from.Incoming.Via(Flows.Progress(Pulse, TimeProvider.System, _ => self.Tell(Moved.Instance, ActorRefs.NoSender)));
        source.ToMaterialized(to.Outgoing, Keep.Right).Run(materializer).PipeTo(
            Self,
            success: bytes => new DirectionEnded(bytes, null),
            failure: exception => new DirectionEnded(0, exception));
    }

    private void Ended(DirectionEnded ended)
    {
        _ended++;
        _bytes += ended.Bytes;
        _broken |= ended.Fault is not null;
        if (ended.Fault is { } fault)
        {
            _log.Debug("Pair {Destination} broke: {Why}", Short, fault.Message);
        }

        if (_ended == Directions)
        {
            Carry(new PairInput.RelayEnded(_broken));
        }
        else
        {
            Timers.StartSingleTimer("end", new RelayOver(_broken), _broken ? _settings.Drain : _settings.HalfCloseLinger);
        }
    }

    private void StartIdleTimer()
    {
        if (_settings.Idle > TimeSpan.Zero)
        {
            Timers.StartSingleTimer("idle", new RelayOver(Broken: true), _settings.Idle);
        }

        if (_ended > 0 && !_broken)
        {
            Timers.StartSingleTimer("end", new RelayOver(Broken: false), _settings.HalfCloseLinger);
        }
    }

    private void Close(PairEnd why)
    {
        Timers.CancelAll();
        _watching.Cancel();
        foreach (var link in _links)
        {
            if (why == PairEnd.Broken)
            {
                link.Abort();
            }

            link.Dispose();
        }

        Context.Parent.Tell(new BytestreamsProxy.PairEnded(_destination, Self, why, _bytes));
    }

    /// <summary>How often a direction says that bytes move: often enough for the shortest time that their movement starts anew.</summary>
    private TimeSpan Pulse => (_settings.Idle > TimeSpan.Zero && _settings.Idle < _settings.HalfCloseLinger ? _settings.Idle : _settings.HalfCloseLinger) / 4;

    private string Short => _destination.Hex[..8];

    private sealed record PartyGone;

    private sealed record PartySpeaks;

    private sealed record DirectionEnded(long Bytes, Exception? Fault);

    private sealed record RelayOver(bool Broken);

    private sealed record Moved
    {
        public static Moved Instance { get; } = new();
    }
}
