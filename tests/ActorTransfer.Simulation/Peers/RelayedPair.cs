using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Peers;

/// <summary>Executes the outputs of a <see cref="ProxyPair"/> and relays in both directions.</summary>
internal sealed class RelayedPair
{
    private readonly World _world;
    private readonly Action _closed;
    private readonly List<SimulatedSocket> _sockets = [];
    private readonly List<Relay> _relays = [];
    private readonly List<byte[]> _early = [];
    private PairState _state;
    private SimulatedTimer? _timer;
    private SimulatedTimer? _hold;
    private Socks5Acceptance? _arriving;

    public RelayedPair(World world, Action closed)
    {
        (_world, _closed) = (world, closed);
        Restart();
    }

    /// <summary>No client and no activation.</summary>
    public bool IsEmpty => _state is { Phase: PairPhase.Waiting, Clients: 0, Held: null };

    public void Discard()
    {
        _timer?.Cancel();
        _hold?.Cancel();
    }

    public void Arrived(Socks5Acceptance acceptance)
    {
        _arriving = acceptance;
        Apply(PairInput.Arrived.Welcome);
        _arriving = null;
    }

    public void Apply(PairInput input)
    {
        var before = _state.Phase;
        var step = ProxyPair.Next(_state, input);
        _state = step.State;
        if (_state.Phase != before)
        {
            _world.History?.Note("relay", $"pair is {_state.Phase} on {input.GetType().Name}");
            Restart();
        }

        foreach (var output in step.Outputs)
        {
            Execute(output);
        }
    }

    private void Execute(PairOutput output)
    {
        switch (output)
        {
            case PairOutput.Grant:
                _arriving!.Grant();
                _sockets.Add(_arriving.Socket);
                _early.Add(_arriving.Early.ToArray());
                Watch(_arriving.Socket);
                break;
            case PairOutput.Refuse refuse:
                _arriving!.Refuse(refuse.Code);
                break;
            case PairOutput.Reply reply:
                _world.Server.Route(reply.Answer);
                break;
            case PairOutput.Hold:
                _hold = _world.Clock.After(TimeSpan.FromSeconds(2), () => Apply(PairInput.HoldExpired.Instance));
                break;
            case PairOutput.StartRelay:
                _relays.Add(new Relay(_world, _sockets[0], _sockets[1], _early[0], Restart, Ended));
                _relays.Add(new Relay(_world, _sockets[1], _sockets[0], _early[1], Restart, Ended));
                _sockets[0].Changed = _sockets[1].Changed = Pump;
                Pump();
                break;
            case PairOutput.Close close:
                Close(close.Reason);
                break;
        }
    }

    private void Watch(SimulatedSocket socket) => socket.Changed = () =>
    {
        if (socket.HasEnded || socket.IsReset)
        {
            Apply(PairInput.ClientClosed.Instance);
        }
    };

    private void Pump()
    {
        foreach (var relay in _relays)
        {
            relay.Pump();
        }
    }

    private void Ended(bool isBroken) => Apply(isBroken ? PairInput.DirectionEnded.WithFault : PairInput.DirectionEnded.InOrder);

    private void Restart()
    {
        _timer?.Cancel();
        var seconds = _state.Phase switch
        {
            PairPhase.Waiting or PairPhase.Ready => 120,
            PairPhase.Active => 600,
            PairPhase.HalfClosed => 60,
            PairPhase.Draining => 5,
            _ => 0,
        };
        if (seconds > 0)
        {
            _timer = _world.Clock.After(TimeSpan.FromSeconds(seconds), () => Apply(new PairInput.TimeIsUp(_relays.Exists(relay => relay.IsStuck))));
        }
    }

    /// <summary>A client whose bytes did not all arrive, or that did not get everything, is reset, as by the proxy's actor.</summary>
    private void Close(PairEnd end)
    {
        Discard();
        _closed();
        var hasFailed = end is PairEnd.Broken or PairEnd.Idle or PairEnd.Failed;
        for (var at = 0; at < _sockets.Count; at++)
        {
            if (hasFailed && MustReset(sent: _relays[at], received: _relays[1 - at]))
            {
                _sockets[at].Abort();
            }

            _sockets[at].Close();
        }
    }

    private static bool MustReset(Relay sent, Relay received) => !received.IsComplete || (sent.HasFailed && received.Bytes == 0);
}
