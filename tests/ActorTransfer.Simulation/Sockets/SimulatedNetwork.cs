using ActorTransfer.Extensibility;

namespace ActorTransfer.Simulation.Sockets;

/// <summary>Listeners and connections.</summary>
internal sealed class SimulatedNetwork(World world)
{
    private readonly Dictionary<StreamHost, Action<SimulatedSocket>> _listeners = [];

    /// <summary>Number of sockets that were not closed.</summary>
    public int Open { get; set; }

    public void Listen(StreamHost host, Action<SimulatedSocket> accept) => _listeners[host] = accept;

    /// <summary>Calls back with the socket, with null when it is refused, or never.</summary>
    public void Connect(string client, StreamHost host, Action<SimulatedSocket?> done)
    {
        if (world.IsDead(host))
        {
            if (world.Random.Chance(500))
            {
                world.Clock.After(world.Delay(), () => done(null));
            }

            return;
        }

        world.Clock.After(world.Delay(), () =>
        {
            var connection = new SimulatedConnection(world, client, World.Name(host.Jid));
            Open += 2;
            world.History?.Note(connection.Client.Name, "connected");
            _listeners[host](connection.Server);
            world.Clock.After(world.Delay(), () => done(connection.Client));
        });
    }

    /// <summary>Something arrives after a time, unless the connection carries nothing any more.</summary>
    public void Carry(SimulatedSocket from, Action arrive, TimeSpan delay) => world.Clock.After(delay, () =>
    {
        if (from.IsCarried)
        {
            arrive();
        }
    });
}
