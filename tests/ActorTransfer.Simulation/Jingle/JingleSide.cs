using System.Security.Cryptography;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Simulation.InBand;
using ActorTransfer.Simulation.Peers;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Jingle;

/// <summary>Executes the outputs of a <see cref="JingleSession"/>, with the timers of the reference configuration, as the actor of a transfer does.</summary>
internal sealed partial class JingleSide : IInBandOwner, IReceivingEnd
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(30);
    private readonly World _world;
    private readonly JinglePeer _peer;
    private readonly byte[] _offered;
    private readonly string _name;
    private readonly List<TransferOutcome> _outcomes = [];
    private JingleSessionState _state;
    private JingleTimer _kind;
    private SimulatedTimer? _timer;
    private TimeSpan _lastMessage;
    private ReceivedFile? _file;
    private SocketSending? _sending;
    private SocketReceiving? _receiving;
    private int _flow;

    public JingleSide(World world, JinglePeer peer, JingleSessionState start, byte[] offered)
    {
        (_world, _peer, _state, _offered, _name) = (world, peer, start, offered, World.Name(peer.Self));
        _kind = start.Sends ? JingleTimer.Offer : JingleTimer.Decision;
    }

    public IReadOnlyList<TransferOutcome> Outcomes => _outcomes;

    public bool HasEnded => _outcomes.Count > 0;

    public bool HasFile { get; private set; }

    public bool HadAllBytes { get; private set; }

    /// <summary>The user declines, whatever the plan says.</summary>
    public bool IsDeclined { private get; set; }

    /// <summary>The stanza of its offer.</summary>
    public bool IsOffer(Iq request) => _state.Offer?.Stanza.Id == request.Id;

    public IEnumerable<string> Leftovers()
    {
        (string What, bool IsLeft)[] things =
        [
            ("a timer", _timer is { IsPending: true }), ("an in-band bytestream", _inBandIn is { IsOver: false } || _inBandOut is { IsOver: false }),
            ("a connection", _peersLink is not null || _ownLink is not null || _attemptSockets.Count > 0),
        ];
        return things.Where(thing => thing.IsLeft).Select(thing => $"{_name} left {thing.What}");
    }

    public void Start()
    {
        Restart();
        Apply(new JingleInput.Begin());
    }

    public void Cancel() => Apply(new JingleInput.Cancel());

    public void LinkLost()
    {
        if (_world.Random.Chance(500))
        {
            _inBandIn?.LinkLost();
            Apply(new JingleInput.LinkLost());
        }
        else
        {
            Apply(new JingleInput.LinkLost());
            _inBandIn?.LinkLost();
        }
    }

    public void Requested(Iq request, JingleRequest jingle) => Apply(new JingleInput.Received(request, jingle));

    private static TimeSpan TimeOf(JingleTimer timer) => TimeSpan.FromSeconds(timer switch
    {
        JingleTimer.Confirmation => 30,
        JingleTimer.Candidates or JingleTimer.PeerActivation or JingleTimer.ReplacementAnswer or JingleTimer.InBandOpen => 20,
        JingleTimer.Replacement => 10,
        JingleTimer.Offer or JingleTimer.Decision => 600,
        JingleTimer.OwnLink => 20,
        JingleTimer.Bytes => 120,
        JingleTimer.Collecting or JingleTimer.PeerCandidates or JingleTimer.Checksum => 5,
        JingleTimer.End => 15,
        _ => 2,
    });

    private void Restart()
    {
        _timer?.Cancel();
        _timer = _world.Clock.After(TimeOf(_kind), () => Apply(new JingleInput.TimedOut()));
    }

    /// <summary>What another part of this side reports arrives a moment later, in order.</summary>
    private void Tell(Action action)
    {
        var at = _world.Clock.Now + _world.Random.UpTo(3);
        _lastMessage = at > _lastMessage ? at : _lastMessage;
        _world.Clock.At(_lastMessage, action);
    }

    private void Tell(JingleInput input) => Tell(() => Apply(input));

    private void Apply(JingleInput input)
    {
        var before = (_state.Phase, _state.Stage);
        var step = JingleSession.Next(_state, input);
        _state = step.State;
        if (_state.Stage != before.Stage)
        {
            _world.History?.Note(_name, $"enters {_state.Stage} on {input.GetType().Name}");
        }

        var restarts = _state.Phase != before.Phase;
        foreach (var output in step.Outputs)
        {
            restarts |= output is JingleOutput.StartTimer;
            Execute(output);
        }

        if (restarts && !HasEnded)
        {
            Restart();
        }
    }

    private void Execute(JingleOutput output)
    {
        switch (output)
        {
            case JingleOutput.Reply reply:
                _peer.Reply(reply.Answer);
                break;
            case JingleOutput.Ask ask:
                Send(ask);
                break;
            case JingleOutput.ChangeSession change:
                _peer.ChangeSession(this, change.SessionId);
                break;
            case JingleOutput.AskHost:
                _world.Clock.After(_world.Random.UpTo(2000), Decide);
                break;
            case JingleOutput.StartTimer start:
                _kind = start.Timer;
                break;
            case JingleOutput.StartFlow start:
                StartFlow(start);
                break;
            case JingleOutput.PutInPlace:
                _file!.PutInPlace();
                break;
            case JingleOutput.Finish finish:
                Finish(finish.Outcome);
                break;
            default:
                ExecuteTransport(output);
                break;
        }
    }

    private void Send(JingleOutput.Ask ask)
    {
        if (ask.Kind is JingleAsk.Initiate or JingleAsk.Accept or JingleAsk.ReplaceAccept)
        {
            Listen();
        }

        var payload = ask.Request.ToXml();
        if (_state.Stage == JingleStage.Ended)
        {
            _peer.Tell(_state.Peer, payload);
        }
        else
        {
            _peer.Ask(_state.Peer, payload, s_answer, answer => Apply(new JingleInput.Answered(ask.Kind, answer)));
        }
    }

    private void Decide() => Apply(IsDeclined || _world.Plan.Declines
        ? new JingleInput.HostDeclined(new JingleReason(JingleCondition.Decline))
        : new JingleInput.HostAccepted(_world.Plan.TargetMethods, _world.Jingle!.IsSizeUnknown ? 0 : _world.Plan.Offset));

    private void StartFlow(JingleOutput.StartFlow start)
    {
        var flow = ++_flow;
        var (socket, early) = UseLink();
        if (!_state.Sends)
        {
            Receive(socket, early, start.Method, flow);
            return;
        }

        var bytes = _offered.AsSpan((int)start.Offset, (int)(start.Length ?? _offered.Length - start.Offset)).ToArray();
        if (bytes.Length < _offered.Length)
        {
            TellHash();
        }

        if (socket is null)
        {
            _inBandOut!.Send(bytes);
        }
        else
        {
            _sending = new SocketSending(_world, socket, bytes, () => Moved(flow), end => TellFlow(flow, end)) { LastNext = LastNext };
        }
    }

    private void Receive(SimulatedSocket? socket, ReadOnlyMemory<byte> early, StreamMethod method, int flow)
    {
        var isUnknown = _world.Jingle!.IsSizeUnknown;
        ReceivedFile? file = null;
        file = new ReceivedFile(
            _world, _offered, isUnknown ? 0 : (int)_state.Range.Offset, () => Moved(flow), () => Tell(() => Arrived(flow, file!)), end => TellFlow(flow, end))
        {
            EndsAtSize = method != StreamMethod.InBand,
            IsSizeUnknown = isUnknown,
        };
        _file = file;
        if (socket is null)
        {
            _inBandIn!.Receive(file);
        }
        else
        {
            _receiving = new SocketReceiving(_world, socket, early, file);
        }
    }

    private void Moved(int flow)
    {
        if (_world.Jingle!.ReportsProgress)
        {
            Tell(() => Progressed(flow));
        }
    }

    private void Progressed(int flow)
    {
        if (flow != _flow)
        {
            return;
        }

        if (_state.Phase is TransferState.Activated or TransferState.Streaming)
        {
            Restart();
        }

        Apply(new JingleInput.Progressed());
    }

    private void Arrived(int flow, ReceivedFile file)
    {
        if (flow == _flow)
        {
            Apply(new JingleInput.Arrived(HashOf([.. file.Bytes])));
        }
    }

    private void TellFlow(int flow, FlowEnd end) => Tell(() =>
    {
        if (flow == _flow)
        {
            Apply(new JingleInput.FlowEnded(end));
        }
    });

    /// <summary>The hash of the whole file is known before its last bytes are sent.</summary>
    private void LastNext()
    {
        if (_state.Range.IsWhole)
        {
            TellHash();
        }
    }

    private void TellHash() => Tell(new JingleInput.HashesKnown(HashOf(_world.Jingle!.HashDiffers ? [.. _offered, 0] : _offered)));

    private static FileHashes HashOf(byte[] bytes) =>
        FileHashes.Of(new FileHash(HashFunction.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes))));

    private void Finish(TransferOutcome outcome)
    {
        _world.History?.Note(_name, $"{_state.SessionId} ends: {outcome}");
        _outcomes.Add(outcome);
        (HasFile, HadAllBytes) = (_file is { IsInPlace: true }, _file is { HasAll: true });
        _timer?.Cancel();
        if (outcome is TransferOutcome.Failed { Side: TransferSide.Local }
            or TransferOutcome.Failed { Reason: FailureReason.WrongHash or FailureReason.WrongLength })
        {
            (_ownLink ?? _peersLink)?.Abort();
        }

        AbandonTransport();
        _inBandIn?.Stop();
        _inBandOut?.Stop();
    }
}
