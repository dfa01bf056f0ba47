using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Simulation.Sockets;

/// <summary>
/// Writes the bytes of a file to a socket as the transports do: a peer that ends before it has everything cancels, a reset is a failure, and
/// after the end of the bytes the kernel says what was delivered.
/// </summary>
internal sealed class SocketSending
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(20);
    private readonly World _world;
    private readonly SimulatedSocket _socket;
    private readonly byte[] _bytes;
    private readonly Action _progressed;
    private readonly Action<FlowEnd> _ended;
    private SimulatedTimer? _timer;
    private SimulatedTimer? _next;
    private long _lingering;
    private bool _peerEndedFirst;
    private bool _isOver;
    private int _sent;

    public SocketSending(World world, SimulatedSocket socket, byte[] bytes, Action progressed, Action<FlowEnd> ended)
    {
        (_world, _socket, _bytes, _progressed, _ended) = (world, socket, bytes, progressed, ended);
        socket.Changed = Watch;
        _next = world.Clock.After(TimeSpan.Zero, Send);
    }

    /// <summary>Called before the last bytes are sent.</summary>
    public Action? LastNext { private get; init; }

    private bool IsDone => _sent == _bytes.Length + 1;

    /// <summary>Stops; the owner closes the socket.</summary>
    public void Stop()
    {
        _isOver = true;
        _timer?.Cancel();
        _next?.Cancel();
    }

    private void Send()
    {
        if (_sent < _bytes.Length)
        {
            var length = _world.Random.Between(1, Math.Min(_bytes.Length - _sent, 2000));
            if (_sent + length == _bytes.Length)
            {
                LastNext?.Invoke();
            }

            _socket.Write(_bytes.AsSpan(_sent, length));
            _sent += length;
            _progressed();
            if (!_isOver)
            {
                _next = _world.Clock.After(_world.Delay(), Send);
            }

            return;
        }

        if (_bytes.Length == 0)
        {
            LastNext?.Invoke();
        }

        _sent++;
        _peerEndedFirst = _socket.HasEnded || _socket.IsReset;
        _socket.EndWriting();
        _lingering = _socket.Unacknowledged;
        _timer = _world.Clock.After(s_linger, Linger);
        Watch();
    }

    private void Watch()
    {
        if (_isOver || !(_socket.HasEnded || _socket.IsReset))
        {
            return;
        }

        if (!IsDone)
        {
            // A peer that has everything may end before this side has read the end of its file.
            if (_sent < _bytes.Length)
            {
                FailPeer();
            }
        }
        else if (_socket.Unacknowledged == 0)
        {
            Succeed(_socket.IsReset ? Delivery.PeerReset : _peerEndedFirst ? Delivery.HandedOver : Delivery.PeerClosed);
        }
        else if (_socket.IsReset)
        {
            FailPeer();
        }
        else
        {
            _timer?.Cancel();
            _timer = _world.Clock.After(s_settle, Watch);
        }
    }

    private void Linger()
    {
        if (_socket.Unacknowledged == 0)
        {
            Succeed(Delivery.HandedOver);
        }
        else if (_socket.Unacknowledged < _lingering)
        {
            _lingering = _socket.Unacknowledged;
            _timer = _world.Clock.After(s_linger, Linger);
        }
        else
        {
            End(new FlowEnd.Broken(TransferSide.Peer, FailureReason.Timeout, "The peer left bytes unacknowledged."));
        }
    }

    private void Succeed(Delivery delivery) => End(new FlowEnd.Whole(_bytes.Length, null) { Delivery = delivery });

    private void FailPeer() => End(_socket.IsReset
        ? new FlowEnd.Broken(TransferSide.Peer, FailureReason.ConnectionLost, "The peer reset the connection.")
        : new FlowEnd.ClosedByPeer());

    private void End(FlowEnd end)
    {
        Stop();
        _ended(end);
    }
}
