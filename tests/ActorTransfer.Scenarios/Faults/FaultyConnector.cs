using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Testing.Links;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Scenarios.Faults;

/// <summary>Connects to the streamhosts of a run through a forwarder with the faults of the run. Confined to one run at a time.</summary>
internal sealed class FaultyConnector : IStreamHostConnector, IAsyncDisposable
{
    private static readonly AddressPolicy Loopback = AddressPolicy.Read(["loopback"], []);
    private readonly TcpStreamHostConnector _inner = new(Chunk.DefaultSize, Loopback);
    private readonly ConcurrentQueue<FaultyNetwork> _networks = [];

    /// <summary>What happens to connections from now on.</summary>
    public FaultRun Run { get; set; } = FaultRun.Of(0);

    public async Task<IStreamHostConnection> ConnectAsync(StreamHost host, TimeSpan limit, StreamHostTrust trust, CancellationToken cancellation)
    {
        var run = Run;
        if (run.Network == NetworkFault.Dead)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        var network = FaultyNetwork.To(new IPEndPoint(IPAddress.Parse(host.Host), host.Port));
        _networks.Enqueue(network);
        foreach (var faults in new[] { network.ToTarget, network.FromTarget })
        {
            faults.PieceSize = run.PieceSize;
            faults.CutAfter = run.Network == NetworkFault.Cut ? run.FaultAt : null;
            faults.ResetAfter = run.Network == NetworkFault.Reset ? run.FaultAt : null;
        }

        if (run.Network == NetworkFault.Silent)
        {
            network.FromTarget.Hold();
        }

        return await _inner.ConnectAsync(
            host with { Host = "127.0.0.1", Port = network.LocalEndPoint.Port }, limit, trust, cancellation);
    }

    /// <summary>The run is over.</summary>
    public async Task ResetAsync()
    {
        while (_networks.TryDequeue(out var network))
        {
            await network.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await ResetAsync();
}
