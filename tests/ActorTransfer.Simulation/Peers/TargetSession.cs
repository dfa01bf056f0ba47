using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Simulation.InBand;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Peers;

/// <summary>Executes the outputs of a <see cref="Target"/>, with the timers of the reference configuration.</summary>
internal sealed class TargetSession : IReceivingEnd
{
    private readonly World _world;
    private readonly TargetPeer _peer;
    private readonly byte[] _offered;
    private readonly string _sessionId;
    private readonly int _maxBlockSize;
    private readonly List<TransferOutcome> _outcomes = [];
    private TargetState _state;
    private SimulatedTimer? _timer;
    private SimulatedTimer? _decision;
    private Socks5Dial? _dial;
    private SimulatedSocket? _socket;
    private ReadOnlyMemory<byte> _early;
    private SocketReceiving? _receiving;
    private InBandReceiving? _inBand;
    private ReceivedFile? _file;

    public TargetSession(World world, TargetPeer peer, Iq request, SiOffer offer, byte[] offered)
    {
        (_world, _peer, _offered, _sessionId) = (world, peer, offered, offer.SessionId);
        _maxBlockSize = world.Random.Between(100, 2000);
        _state = new TargetState(request, offer);
    }

    public IReadOnlyList<TransferOutcome> Outcomes => _outcomes;

    public bool HasFile { get; private set; }

    public bool HadAllBytes { get; private set; }

    /// <summary>The stanza of its offer, which has no response yet.</summary>
    public bool IsPending(Iq request) => _state.Phase == TransferState.Offer && _state.Request.Id == request.Id;

    public IEnumerable<string> Leftovers()
    {
        (string What, bool IsLeft)[] things =
        [
            ("a timer", _timer is { IsPending: true } || _decision is { IsPending: true }), ("an in-band bytestream", _inBand is { IsOver: false }),
        ];
        return things.Where(thing => thing.IsLeft).Select(thing => $"the target left {thing.What}");
    }

    public void Start()
    {
        Restart();
        Apply(new TargetInput.Begin());
    }

    public void Cancel() => Apply(new TargetInput.Cancel());

    public void LinkLost()
    {
        // Both hear of it in any order.
        if (_world.Random.Chance(500))
        {
            _inBand?.LinkLost();
            Apply(new TargetInput.LinkLost());
        }
        else
        {
            Apply(new TargetInput.LinkLost());
            _inBand?.LinkLost();
        }
    }

    public void Requested(Iq request)
    {
        if (Outcomes.Count > 0)
        {
            _peer.Reply(request.Fail(StanzaError.ItemNotFound));
        }
        else if (request.Payload!.Namespace == Namespaces.Bytestreams)
        {
            Apply(new TargetInput.StreamhostsOffered(request));
        }
        else if (_inBand is { IsRefused: false })
        {
            _inBand.Requested(request);
        }
        else if (IbbOpen.Is(request.Payload))
        {
            Apply(new TargetInput.InBandOffered(request));
        }
        else
        {
            _peer.Reply(request.Fail(StanzaError.ItemNotFound));
        }
    }

    private static TimeSpan TimeOf(TargetState state) => TimeSpan.FromSeconds(state switch
    {
        { Phase: TransferState.Accepted } and ({ Socks5Failure: not null } or { Method: StreamMethod.InBand }) => 30,
        { Phase: TransferState.Offer } => 600,
        { Phase: TransferState.Accepted } => 60,
        { Phase: TransferState.StreamhostReceived } => 20,
        { Phase: TransferState.Connected } => 45,
        _ => 120,
    });

    private void Restart()
    {
        _timer?.Cancel();
        _timer = _world.Clock.After(TimeOf(_state), () => Apply(new TargetInput.TimedOut()));
    }

    private void Apply(TargetInput input)
    {
        var before = _state.Phase;
        var step = Target.Next(_state, input);
        _state = step.State;
        if (_state.Phase != before)
        {
            _world.History?.Note("bo", $"{_sessionId} enters {_state.Phase} on {input.GetType().Name}");
        }

        var restarts = _state.Phase != before;
        foreach (var output in step.Outputs)
        {
            restarts |= output is TargetOutput.Connect or TargetOutput.OpenInBand;
            Execute(output);
        }

        if (restarts && Outcomes.Count == 0)
        {
            Restart();
        }
    }

    private void Execute(TargetOutput output)
    {
        switch (output)
        {
            case TargetOutput.AskHost:
                _decision = _world.Clock.After(_world.Random.UpTo(2000), Decide);
                break;
            case TargetOutput.Reply reply:
                _peer.Reply(reply.Answer);
                break;
            case TargetOutput.Connect connect:
                Abandon();
                Dial(connect.Hosts, connect.Destination);
                break;
            case TargetOutput.OpenInBand open:
                Abandon();
                _inBand?.Stop();
                _inBand = new InBandReceiving(_world, _peer, World.Ada, _sessionId, _maxBlockSize, open.Request, InBandUp);
                break;
            case TargetOutput.StartFlow start:
                StartFlow(start);
                break;
            case TargetOutput.PutInPlace:
                _file!.PutInPlace();
                break;
            case TargetOutput.Finish finish:
                Finish(finish.Outcome);
                break;
        }
    }

    private void InBandUp() => _world.Clock.After(TimeSpan.Zero, () => Apply(new TargetInput.InBandUp()));

    private void Decide() => Apply(
        _world.Plan.Declines
            ? new TargetInput.HostDeclined(SiErrors.Declined("no, thank you"))
            : new TargetInput.HostAccepted(_world.Plan.TargetMethods, _world.Plan.Offset));

    /// <summary>One candidate after the other.</summary>
    private void Dial(ImmutableArray<StreamHost> hosts, DestinationAddress destination)
    {
        if (hosts.IsEmpty)
        {
            _decision = _world.Clock.After(TimeSpan.Zero, () => Apply(new TargetInput.LinkFailed("No streamhost could be reached.")));
            return;
        }

        var host = hosts[0];
        Apply(new TargetInput.StreamhostTried(host, null));
        _dial = new Socks5Dial(_world, "bo", host, destination, TimeSpan.FromSeconds(5), (socket, early) =>
        {
            (_socket, _early) = (socket, early);
            if (socket is not null)
            {
                Apply(new TargetInput.LinkUp(host));
            }
            else
            {
                Apply(new TargetInput.StreamhostTried(host, "unreachable"));
                Dial(hosts[1..], destination);
            }
        });
    }

    private void StartFlow(TargetOutput.StartFlow start)
    {
        ReceivedFile? file = null;
        file = new ReceivedFile(
            _world,
            _offered,
            _world.Plan.Offset,
            () => Current(file!, Progressed),
            () => Current(file!, () => Apply(new TargetInput.Arrived())),
            end => Current(file!, () => Apply(new TargetInput.FlowEnded(end))));
        _file = file;
        if (start.Method == StreamMethod.InBand)
        {
            _inBand!.Receive(file);
        }
        else
        {
            _receiving = new SocketReceiving(_world, _socket!, _early, file);
        }
    }

    /// <summary>Reports of a replaced flow are ignored.</summary>
    private void Current(ReceivedFile file, Action report)
    {
        if (file == _file)
        {
            report();
        }
    }

    private void Progressed()
    {
        if (_state.Phase is TransferState.Activated or TransferState.Streaming)
        {
            Restart();
        }

        Apply(new TargetInput.Progressed());
    }

    private void Abandon()
    {
        _dial?.Abandon();
        _decision?.Cancel();
        _receiving?.Stop();
        _file?.Stop();
        _file = null;
        _socket?.Close();
        _socket = null;
    }

    private void Finish(TransferOutcome outcome)
    {
        _world.History?.Note("bo", $"{_sessionId} ends: {outcome}");
        _outcomes.Add(outcome);
        (HasFile, HadAllBytes) = (_file is { IsInPlace: true }, _file is { HasAll: true });
        _timer?.Cancel();
        if (outcome is TransferOutcome.Failed { Side: TransferSide.Local }
            or TransferOutcome.Failed { Reason: FailureReason.WrongHash or FailureReason.WrongLength })
        {
            _socket?.Abort();
        }

        _inBand?.Stop();
        Abandon();
    }
}
