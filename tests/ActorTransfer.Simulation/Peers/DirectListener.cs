using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Peers;

/// <summary>The streamhost of one side: grants connections to expected addresses.</summary>
internal sealed class DirectListener
{
    private readonly World _world;
    private readonly Dictionary<DestinationAddress, DirectExpectation> _expected = [];

    public DirectListener(World world, StreamHost host)
    {
        _world = world;
        world.Network.Listen(host, socket => _ = new Socks5Acceptance(world, socket, Requested));
    }

    public bool IsExpecting => _expected.Count > 0;

    /// <param name="addresses">All that the peer may use for one bytestream.</param>
    public DirectExpectation Expect(IReadOnlyList<DestinationAddress> addresses)
    {
        var expectation = new DirectExpectation(_world, this, addresses);
        foreach (var address in addresses)
        {
            _expected[address] = expectation;
        }

        return expectation;
    }

    internal void Forget(DirectExpectation expectation, IReadOnlyList<DestinationAddress> addresses)
    {
        foreach (var address in addresses)
        {
            if (_expected.TryGetValue(address, out var known) && known == expectation)
            {
                _expected.Remove(address);
            }
        }
    }

    private void Requested(Socks5Acceptance acceptance, DestinationAddress destination)
    {
        if (_expected.TryGetValue(destination, out var expectation))
        {
            expectation.Arrived(acceptance);
        }
        else
        {
            acceptance.Refuse(Socks5Reply.NotAllowed);
        }
    }
}
