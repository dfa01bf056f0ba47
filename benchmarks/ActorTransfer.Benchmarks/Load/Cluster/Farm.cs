using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Benchmarks.Load.Candidates;
using ActorTransfer.Benchmarks.Load.Native;
using ActorTransfer.Benchmarks.Load.Traffic;

namespace ActorTransfer.Benchmarks.Load.Cluster;

/// <summary>Proxies with one JID, each as a process, as components of a server that this process simulates. The first one has the link.</summary>
internal sealed class Farm : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly List<ChildProcess> _nodes = [];
    private readonly List<IPEndPoint> _endPoints = [];
    private ActivationLink? _link;

    private Farm()
    {
    }

    /// <summary>SOCKS5 endpoints of the nodes.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _endPoints;

    public ActivationLink Link => _link!;

    /// <summary>Processor seconds of each node.</summary>
    public double[] CpuSeconds => [.. _nodes.Select(node => ProcessUsage.OfTree(node.Id).CpuSeconds)];

    /// <param name="nodes">How many; 0 = one proxy without a cluster.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<Farm> StartAsync(int nodes, CancellationToken cancel)
    {
        Farm farm = new();
        try
        {
            using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            server.Listen();
            Task<ActivationLink> linking = ActivationLink.AcceptAsync(server, ProxyProcess.Component, ProxyProcess.Secret, cancel);
            string seed = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{CandidateKinds.FreePort()}");
            for (int number = 0; number < Math.Max(1, nodes); number++)
            {
                string listen = number == 0 ? seed : "127.0.0.1:0";
                string[] cluster = nodes == 0 ? [] : ["--cluster-listen", listen, "--cluster-seed", seed];
                var (process, port) = await ProxyProcess.StartAsync(server.LocalEndPoint!.ToString()!, cluster, cancel);
                farm._nodes.Add(process);
                farm._endPoints.Add(new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
            }

            farm._link = await linking.WaitAsync(s_patience, cancel);
            return farm;
        }
        catch (Exception exception)
        {
            await farm.DisposeAsync();
            throw exception is TimeoutException ? new IOException("the component stream was not opened in time") : exception;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _link?.Dispose();
        foreach (ChildProcess node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }
    }
}
