using System.Security.Cryptography;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>Three nodes in processes of their own behind a Prosody, which lets a new connection of the component replace the old one, and a peer of them.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public static readonly Jid Files = Jid.Parse("files.localhost");

    /// <summary>Shorter than the defaults, for tests that run often. CLUSTER_TEST_DEFAULTS=1 keeps the defaults, for measurements.</summary>
    private const string Fast =
        """
        akka.cluster.failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 2s }
        akka.cluster.split-brain-resolver.stable-after = 2s
        """;

    private static readonly Jid s_peer = Jid.Parse("peer.localhost");
    private readonly TemporaryFolder _folder = new();
    private readonly ProsodyServer _server;
    private readonly IHost _peer;
    private readonly string _hocon;
    private int _started;

    private TestCluster(ProsodyServer server, string hocon)
    {
        _server = server;
        _hocon = _folder.File("node.conf", System.Text.Encoding.UTF8.GetBytes(AreDefaults ? hocon : $"{Fast}\n{hocon}"));
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options
            .AddComponent(new ComponentAccount { Host = "127.0.0.1", Port = server.ComponentPort, Jid = s_peer, Secret = server.SecretText })
            .WithHocon("actor-transfer.addresses.allow = [loopback]")
            .WithLimits(new() { RatePerTransfer = 500_000 })
            .DownloadTo(_folder.Folder("peer")));
        _peer = builder.Build();
        Content = RandomNumberGenerator.GetBytes(100_000);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content));
    }

    public static bool AreDefaults => Environment.GetEnvironmentVariable("CLUSTER_TEST_DEFAULTS") == "1";

    /// <summary>Of the test that kills a node: CLUSTER_TEST_REPEAT, for measurements.</summary>
    public static int Repetitions => int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_TEST_REPEAT"), out var times) ? times : 1;

    public List<NodeProcess> Nodes { get; } = [];

    public IFileTransfers Peer => _peer.Services.GetRequiredService<IFileTransfers>();

    /// <summary>Of the files that are sent.</summary>
    public byte[] Content { get; }

    public string Sha256 { get; }

    /// <summary>SHA-256 or outcome of each file that the peer got.</summary>
    public List<string> PeerGot { get; } = [];

    /// <param name="hocon">More settings of the nodes' actor systems.</param>
    public static async Task<TestCluster> StartAsync(string hocon = "")
    {
        var server = await ProsodyServer.StartAsync(new ProsodySetup
        {
            Components = [Files.ToString(), s_peer.ToString()],
            More = "component_conflict_resolve = \"kick_old\"",
        });
        var cluster = new TestCluster(server, hocon);
        try
        {
            await cluster._peer.StartAsync();
            await cluster.Peer.ReadyAsync();
            _ = cluster.AcceptAllAsync();
            await cluster.StartNodeAsync();
            await Task.WhenAll(cluster.StartNodeAsync(), cluster.StartNodeAsync());
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts another node, which joins one that runs.</summary>
    public async Task<NodeProcess> StartNodeAsync()
    {
        var folder = _folder.Folder($"node{Interlocked.Increment(ref _started)}");
        string[] seed = Nodes.Find(node => !node.HasExited) is { } running ? [await running.ReadyAsync()] : [];
        var node = new NodeProcess([$"{_server.ComponentPort}", _server.SecretText, folder, _hocon, .. seed]);
        lock (Nodes)
        {
            Nodes.Add(node);
        }

        await node.ReadyAsync();
        return node;
    }

    public FileInfo FileOf(byte[] content, string name = "a.bin") => new(_folder.File(name, content));

    /// <summary>A node sends one file after the other to the peer.</summary>
    public void Send(NodeProcess node) => node.Tell($"send {s_peer} {_folder["a.bin"]}");

    /// <summary>Completes when every node has received a file.</summary>
    public Task AllReceiveAsync() => Eventually.HoldsAsync(
        () => Nodes.Where(node => !node.HasExited).All(node => node.Values("received").Count > 0), () => "A node has received no file.");

    public async ValueTask DisposeAsync()
    {
        Nodes.ForEach(node => node.Dispose());
        await _peer.StopAsync();
        _peer.Dispose();
        await _server.DisposeAsync();
        if (Environment.GetEnvironmentVariable("CLUSTER_TEST_KEEP") is { } keep)
        {
            foreach (var node in Directory.GetDirectories(_folder.Path, "node*"))
            {
                File.Copy(Path.Combine(node, "log.txt"), Path.Combine(keep, Path.GetFileName(node) + ".log"), overwrite: true);
            }
        }

        _folder.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        await foreach (var offer in Peer.IncomingAsync())
        {
            _ = AcceptAsync(offer);
        }
    }

    private async Task AcceptAsync(IIncomingOffer offer)
    {
        var outcome = await (await offer.AcceptAsync()).Completion;
        lock (PeerGot)
        {
            PeerGot.Add(outcome is TransferOutcome.Completed { Sha256: { } hash } ? hash : $"{outcome}");
        }
    }
}
