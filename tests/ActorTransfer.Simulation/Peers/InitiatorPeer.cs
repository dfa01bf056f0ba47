using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Simulation.InBand;
using ActorTransfer.Simulation.Sockets;
using ActorTransfer.Simulation.Xmpp;

namespace ActorTransfer.Simulation.Peers;

/// <summary>Executes the outputs of an <see cref="Initiator"/>, with the timers of the reference configuration.</summary>
internal sealed class InitiatorPeer : XmppPeer, ISender, IInBandOwner
{
    private readonly DirectListener _listener;
    private readonly byte[] _file;
    private readonly List<TransferOutcome> _outcomes = [];
    private readonly List<InBandSending> _inBand = [];
    private InitiatorState _state;
    private SimulatedTimer? _timer;
    private SimulatedTimer? _search;
    private Socks5Dial? _dial;
    private SimulatedSocket? _socket;
    private SocketSending? _sending;
    private DirectExpectation? _expected;

    public InitiatorPeer(World world, byte[] file)
        : base(world, World.Ada)
    {
        _file = file;
        _listener = new DirectListener(world, World.Direct);
        var description = new FileDescription("report.pdf", file.Length, Ranged: world.Plan.IsRanged);
        _state = new InitiatorState(new InitiatorPlan(Self, World.Bo, "sid-1", description)
        {
            Methods = world.Plan.InitiatorMethods,
            SecondSessionId = "sid-2",
            LockStepSessionId = "sid-3",
        });
    }

    public IReadOnlyList<TransferOutcome> Outcomes => _outcomes;

    public IEnumerable<string> Leftovers()
    {
        (string What, bool IsLeft)[] things =
        [
            ("a timer", _timer is { IsPending: true } || _search is { IsPending: true }), ("a pending request", PendingRequests > 0),
            ("an expected address", _listener.IsExpecting), ("an in-band bytestream", _inBand.Exists(stream => !stream.IsOver)),
        ];
        return things.Where(thing => thing.IsLeft).Select(thing => $"the initiator left {thing.What}");
    }

    public void Start()
    {
        _timer = World.Clock.After(TimeOf(_state), TimedOut);
        Apply(new InitiatorInput.Begin());
    }

    public void Cancel() => Apply(new InitiatorInput.Cancel());

    void IInBandOwner.InBandUp() => Apply(new InitiatorInput.InBandUp());

    void IInBandOwner.InBandRefused(Answer answer, string reason) => Apply(new InitiatorInput.InBandFailed(answer, reason));

    void IInBandOwner.InBandOrderLost(string reason) => Apply(new InitiatorInput.InBandOrderLost(reason));

    void IInBandOwner.LastNext()
    {
    }

    void IInBandOwner.Moved() => Progressed();

    void IInBandOwner.FlowEnded(object flow, FlowEnd end)
    {
        if (_inBand.Count > 0 && flow == _inBand[^1])
        {
            Apply(new InitiatorInput.FlowEnded(end));
        }
    }

    protected override void Requested(Iq request)
    {
        if (IbbClose.Is(request.Payload) && _inBand.Find(stream => stream.SessionId == request.Payload!["sid"]) is { } stream)
        {
            stream.CloseRequested(request);
        }
        else
        {
            Reply(request.Fail(StanzaError.ItemNotFound));
        }
    }

    private static TimeSpan TimeOf(InitiatorState state) => TimeSpan.FromSeconds(state switch
    {
        { IsOpeningInBand: true } => 60,
        { Phase: TransferState.Offer } => 600,
        { Phase: TransferState.Accepted or TransferState.StreamhostSent } => 30,
        { Phase: TransferState.ProxyDiscovered } => 5,
        { Phase: TransferState.Connected } => 10,
        _ => 120,
    });

    private void TimedOut() => Apply(new InitiatorInput.TimedOut());

    private void Progressed()
    {
        Restart();
        Apply(new InitiatorInput.Progressed());
    }

    private void Restart()
    {
        _timer?.Cancel();
        _timer = World.Clock.After(TimeOf(_state), TimedOut);
    }

    private void Apply(InitiatorInput input)
    {
        var before = _state.Phase;
        var step = Initiator.Next(_state, input);
        _state = step.State;
        if (_state.Phase != before)
        {
            World.History?.Note("ada", $"enters {_state.Phase} on {input.GetType().Name}");
        }

        var restarts = _state.Phase != before;
        foreach (var output in step.Outputs)
        {
            restarts |= output is InitiatorOutput.OpenInBand or InitiatorOutput.Connect or InitiatorOutput.TakeDirect;
            Execute(output);
        }

        if (restarts && Outcomes.Count == 0)
        {
            Restart();
        }
    }

    private void Execute(InitiatorOutput output)
    {
        switch (output)
        {
            case InitiatorOutput.Ask ask:
                Ask(ask.To, ask.Payload, TimeOf(_state), answer => Apply(new InitiatorInput.Answered(ask.Request, answer)));
                break;
            case InitiatorOutput.FindHosts:
                _search = World.Clock.After(World.Delay(), FindHosts);
                break;
            case InitiatorOutput.Listen listen:
                if (_state.Plan.Methods.HasFlag(StreamMethods.Direct))
                {
                    _expected?.Forget();
                    _expected = _listener.Expect([listen.Destination]);
                }

                Apply(new InitiatorInput.Listening());
                break;
            case InitiatorOutput.Connect connect:
                _expected?.Forget();
                var timeout = TimeSpan.FromSeconds(10);
                _dial = new Socks5Dial(World, "ada", connect.Hosts[0], connect.Destination, timeout, (socket, _) => Connected(connect.Hosts, socket));
                break;
            case InitiatorOutput.TakeDirect:
                (_expected ??= _listener.Expect([])).Take(TakenDirect);
                break;
            case InitiatorOutput.OpenInBand open:
                Abandon();
                var blockSize = World.Random.Between(200, 2000);
                _inBand.Add(new InBandSending(
                    World, this, World.Bo, open.SessionId, blockSize, World.Plan.KeepsOrder && open.LeastOrder is not null, this));
                break;
            case InitiatorOutput.ChangeSession:
                Abandon();
                break;
            case InitiatorOutput.StartFlow start:
                StartFlow(start);
                break;
            case InitiatorOutput.Finish finish:
                Finish(finish.Outcome);
                break;
        }
    }

    private void FindHosts()
    {
        ImmutableArray<StreamHost> direct = _state.Plan.Methods.HasFlag(StreamMethods.Direct) ? [World.Direct] : [];
        ImmutableArray<StreamHost> proxy = _state.Plan.Methods.HasFlag(StreamMethods.Proxy) ? [World.Proxy] : [];
        Apply(new InitiatorInput.HostsFound([.. direct, .. proxy]));
    }

    private void Connected(ImmutableArray<StreamHost> hosts, SimulatedSocket? socket)
    {
        _socket = socket;
        Apply(socket is null ? new InitiatorInput.LinkFailed("The proxy cannot be reached.", hosts) : new InitiatorInput.LinkUp(hosts[0]));
    }

    private void TakenDirect(SimulatedSocket? socket)
    {
        _socket = socket;
        Apply(socket is null ? new InitiatorInput.LinkFailed("No direct connection arrived.") : new InitiatorInput.LinkUp());
    }

    private void StartFlow(InitiatorOutput.StartFlow start)
    {
        var bytes = _file.AsSpan((int)start.Offset, (int)start.Length).ToArray();
        if (start.Method == StreamMethod.InBand)
        {
            _inBand[^1].Send(bytes);
        }
        else
        {
            _sending = new SocketSending(World, _socket!, bytes, Progressed, end => Apply(new InitiatorInput.FlowEnded(end)));
        }
    }

    /// <summary>Closes what the method has opened, and what it may still open.</summary>
    private void Abandon()
    {
        _dial?.Abandon();
        _sending?.Stop();
        _search?.Cancel();
        _expected?.Forget();
        _socket?.Close();
        _socket = null;
        foreach (var stream in _inBand)
        {
            stream.Stop();
        }
    }

    private void Finish(TransferOutcome outcome)
    {
        World.History?.Note("ada", $"ends: {outcome}");
        _outcomes.Add(outcome);
        _timer?.Cancel();
        Abandon();
    }
}
