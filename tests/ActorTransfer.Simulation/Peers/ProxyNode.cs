using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Peers;

/// <summary>The proxy: a component with a listener and a table of pairs.</summary>
internal sealed class ProxyNode
{
    private readonly World _world;
    private readonly Dictionary<DestinationAddress, RelayedPair> _pairs = [];

    public ProxyNode(World world, StreamHost host)
    {
        _world = world;
        world.Server.Add(host.Jid, Requested);
        world.Network.Listen(host, socket => _ = new Socks5Acceptance(world, socket, Arrived));
    }

    /// <summary>Pairs that have not ended.</summary>
    public int Pairs => _pairs.Count;

    private void Arrived(Socks5Acceptance acceptance, DestinationAddress destination)
    {
        Find(destination).Arrived(acceptance);
        Forget(destination);
    }

    private void Requested(Iq request)
    {
        if (!request.IsRequest)
        {
            return;
        }

        if (!Activation.TryRead(request.Payload!, out var activation, out var refusal))
        {
            _world.Server.Route(request.Fail(refusal));
            return;
        }

        var destination = DestinationAddress.Compute(activation.SessionId, request.From!, activation.Target);
        Find(destination).Apply(new PairInput.Activate(request));
        Forget(destination);
    }

    private RelayedPair Find(DestinationAddress destination)
    {
        if (!_pairs.TryGetValue(destination, out var pair))
        {
            _pairs[destination] = pair = new RelayedPair(_world, () => _pairs.Remove(destination));
        }

        return pair;
    }

    /// <summary>A pair that a refused request or a third connection has not begun.</summary>
    private void Forget(DestinationAddress destination)
    {
        if (_pairs.TryGetValue(destination, out var pair) && pair.IsEmpty)
        {
            pair.Discard();
            _pairs.Remove(destination);
        }
    }
}
