using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;

namespace ActorTransfer.Simulation.Sockets;

/// <summary>The server's side of the handshake on one accepted connection.</summary>
internal sealed class Socks5Acceptance
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);
    private readonly Socks5ServerHandshake _handshake = new();
    private readonly Action<Socks5Acceptance, DestinationAddress> _requested;
    private readonly SimulatedTimer _timer;

    public Socks5Acceptance(World world, SimulatedSocket socket, Action<Socks5Acceptance, DestinationAddress> requested)
    {
        (Socket, _requested) = (socket, requested);
        _timer = world.Clock.After(s_timeout, socket.Abort);
        socket.Changed = Read;
    }

    public SimulatedSocket Socket { get; }

    /// <summary>Bytes that followed the request.</summary>
    public ReadOnlyMemory<byte> Early => _handshake.Early;

    public void Grant() => Socket.Write(_handshake.Reply(Socks5Reply.Succeeded));

    public void Refuse(Socks5Reply code)
    {
        Socket.Write(_handshake.Reply(code));
        Socket.Close();
    }

    private void Read()
    {
        while (Socket.HasBytes)
        {
            var step = _handshake.Offer(Socket.Read());
            while (step is Socks5ServerStep.Write write)
            {
                Socket.Write(write.Bytes.Span);
                step = _handshake.Offer([]);
            }

            switch (step)
            {
                case Socks5ServerStep.Request request:
                    End();
                    _requested(this, request.Address);
                    return;
                case Socks5ServerStep.Close close:
                    End();
                    Socket.Write(close.Farewell.Span);
                    Socket.Close();
                    return;
            }
        }

        if (Socket.HasEnded || Socket.IsReset)
        {
            End();
            Socket.Close();
        }
    }

    private void End()
    {
        _timer.Cancel();
        Socket.Changed = null;
    }
}
