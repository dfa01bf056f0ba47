using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Simulation.Sockets;

/// <summary>A connection to a streamhost, with the client's side of the handshake.</summary>
internal sealed class Socks5Dial
{
    private readonly Socks5ClientHandshake _handshake;
    private readonly Action<SimulatedSocket?, ReadOnlyMemory<byte>> _done;
    private readonly SimulatedTimer _timer;
    private SimulatedSocket? _socket;
    private bool _isOver;

    /// <summary>Begins; calls back once, with null when the streamhost cannot be used, unless it is abandoned.</summary>
    public Socks5Dial(
        World world, string client, StreamHost host, DestinationAddress destination, TimeSpan timeout, Action<SimulatedSocket?, ReadOnlyMemory<byte>> done)
    {
        _handshake = new Socks5ClientHandshake(destination);
        _done = done;
        _timer = world.Clock.After(timeout, Fail);
        world.Network.Connect(client, host, Connected);
    }

    public void Abandon()
    {
        if (!_isOver)
        {
            _isOver = true;
            _timer.Cancel();
            _socket?.Close();
        }
    }

    private void Connected(SimulatedSocket? socket)
    {
        if (_isOver)
        {
            socket?.Close();
        }
        else if (socket is null)
        {
            Fail();
        }
        else
        {
            _socket = socket;
            socket.Changed = Read;
            socket.Write(_handshake.Greeting.Span);
        }
    }

    private void Read()
    {
        while (_socket!.HasBytes)
        {
            var step = _handshake.Offer(_socket.Read());
            if (step is Socks5ClientStep.Write write)
            {
                _socket.Write(write.Bytes.Span);
                step = _handshake.Offer([]);
            }

            if (step is Socks5ClientStep.Connected)
            {
                _isOver = true;
                _timer.Cancel();
                _socket.Changed = null;
                _done(_socket, _handshake.Early);
                return;
            }

            if (step is not Socks5ClientStep.NeedMore)
            {
                Fail();
                return;
            }
        }

        if (_socket.HasEnded || _socket.IsReset)
        {
            Fail();
        }
    }

    private void Fail()
    {
        if (!_isOver)
        {
            Abandon();
            _done(null, default);
        }
    }
}
