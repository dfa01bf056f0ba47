using ActorTransfer.Extensibility;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Peers;

/// <summary>The connections that one transfer expects at its listener; hands one over, of those that the peer has not closed if there is any.</summary>
internal sealed class DirectExpectation(World world, DirectListener listener, IReadOnlyList<DestinationAddress> addresses)
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);
    private readonly List<SimulatedSocket> _arrived = [];
    private Action<SimulatedSocket?>? _wanted;
    private SimulatedTimer? _grace;

    /// <summary>Calls back with null when none arrives in time.</summary>
    public void Take(Action<SimulatedSocket?> taken)
    {
        _wanted = taken;
        if (!HandOver())
        {
            _grace = world.Clock.After(s_grace, () => Answer(null));
        }
    }

    public void Forget()
    {
        listener.Forget(this, addresses);
        _wanted = null;
        _grace?.Cancel();
        foreach (var socket in _arrived)
        {
            socket.Close();
        }

        _arrived.Clear();
    }

    internal void Arrived(Socks5Acceptance acceptance)
    {
        acceptance.Grant();
        _arrived.Add(acceptance.Socket);
        HandOver();
    }

    private bool HandOver()
    {
        if (_wanted is null || _arrived.Count == 0)
        {
            return false;
        }

        var socket = _arrived.MinBy(socket => socket.HasEnded || socket.IsReset)!;

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
