using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Simulation.Peers;

namespace ActorTransfer.Simulation.Sockets;

/// <summary>Reads a socket into a file, piece by piece.</summary>
internal sealed class SocketReceiving
{
    private readonly World _world;
    private readonly SimulatedSocket _socket;
    private readonly ReceivedFile _file;
    private SimulatedTimer? _reading;

    public SocketReceiving(World world, SimulatedSocket socket, ReadOnlyMemory<byte> early, ReceivedFile file)
    {
        (_world, _socket, _file) = (world, socket, file);
        file.Start();
        _reading = world.Clock.After(TimeSpan.Zero, () =>
        {
            if (!early.IsEmpty)
            {
                file.Write(early.Span);
            }

            socket.Changed = Read;
            Read();
        });
    }

    public void Stop()
    {
        _reading?.Cancel();
        _socket.Changed = null;
    }

    private void Read()
    {
        if (_reading is { IsPending: true } || _socket.IsClosed)
        {
            return;
        }

        if (_socket.HasBytes)
        {
            _reading = _world.Clock.After(_world.Random.UpTo(_world.Plan.MaxReadTime), () =>
            {
                _file.Write(_socket.Read());
                Read();
            });
        }
        else if (_socket.IsReset)
        {
            _file.EndOfStream(new FlowEnd.Broken(TransferSide.Peer, FailureReason.ConnectionLost, "The peer reset the connection."));
        }
        else if (_socket.HasEnded)
        {
            _file.EndOfStream();
        }
    }
}
