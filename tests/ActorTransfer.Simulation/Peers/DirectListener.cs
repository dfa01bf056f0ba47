using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Peers;

/// <summary>The initiator's streamhost: grants connections to the expected address and hands the first open one over.</summary>
internal sealed class DirectListener
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);
    private readonly World _world;
    private readonly List<SimulatedSocket> _arrived = [];
    private DestinationAddress? _expected;
    private Action<SimulatedSocket?>? _wanted;
    private SimulatedTimer? _grace;

    public DirectListener(World world)
    {
        _world = world;
        world.Network.Listen(World.Direct, socket => _ = new Socks5Acceptance(world, socket, Requested));
    }

    public bool IsExpecting => _expected is not null;

    public void Expect(DestinationAddress destination)
    {
        Forget();
        _expected = destination;
    }

    /// <summary>Calls back with null when none arrives in time.</summary>
    public void Take(Action<SimulatedSocket?> taken)
    {
        _wanted = taken;
        if (!HandOver())
        {
            _grace = _world.Clock.After(s_grace, () => Answer(null));
        }
    }

    public void Forget()
    {
        _expected = null;
        _wanted = null;
        _grace?.Cancel();
        foreach (var socket in _arrived)
        {
            socket.Close();
        }

        _arrived.Clear();
    }

    private void Requested(Socks5Acceptance acceptance, DestinationAddress destination)
    {
        if (destination != _expected)
        {
            acceptance.Refuse(Socks5Reply.NotAllowed);
            return;
        }

        acceptance.Grant();
        _arrived.Add(acceptance.Socket);
        HandOver();
    }

    private bool HandOver()
    {
        if (_wanted is null || _arrived.Find(socket => !socket.HasEnded && !socket.IsReset) is not { } socket)
        {
            return false;
        }

        _arrived.Remove(socket);
        Answer(socket);
        return true;
    }

    private void Answer(SimulatedSocket? socket)
    {
        _grace?.Cancel();
        var wanted = _wanted!;
        _wanted = null;
        wanted(socket);
    }
}
