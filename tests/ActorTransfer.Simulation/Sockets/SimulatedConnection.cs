namespace ActorTransfer.Simulation.Sockets;

/// <summary>A TCP connection.</summary>
internal sealed class SimulatedConnection
{
    public SimulatedConnection(World world, string client, string server)
    {
        (Client, Server) = (new SimulatedSocket(world, this, $"{client} = {server}"), new SimulatedSocket(world, this, $"{server} = {client}"));
        (Client.Remote, Server.Remote) = (Server, Client);
    }

    public SimulatedSocket Client { get; }

    public SimulatedSocket Server { get; }

    /// <summary>Nothing arrives any more, and neither side hears of it.</summary>
    public bool IsHalfOpen { get; set; }
}
