using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>
/// Three nodes in processes of their own behind a Prosody, which lets a new connection of the component replace the old one, and a peer of them. The nodes
/// share a component, nine accounts and a folder.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const int Size = 3;

    public static readonly Jid Files = Jid.Parse("files.localhost");

    /// <summary>Shorter than the defaults, for tests that run often. CLUSTER_TEST_DEFAULTS=1 keeps the defaults, for measurements.</summary>
    private const string Fast =
        """
        akka.cluster {
          failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 2s }
          split-brain-resolver.stable-after = 2s
          gossip-interval = 250ms, leader-actions-interval = 250ms, unreachable-nodes-reaper-interval = 250ms
          singleton.hand-over-retry-interval = 250ms
          distributed-data { gossip-interval = 250ms, notify-subscribers-interval = 100ms }
        }
        """;

    /// <summary>Akka's own test transport can cut connections between nodes. Accounts are spread over the nodes before a test begins.</summary>
    private const string Always =
        """
        akka.remote.dot-netty.tcp.applied-adapters = ["trttl"]
        akka.cluster.sharding.rebalance-interval = 500ms
        """;

    private static readonly Jid s_peer = Jid.Parse("peer.localhost");
    private readonly TemporaryFolder _folder;
    private readonly ProsodyServer _server;
    private readonly IHost _peer;
    private readonly string _hocon;
    private readonly string _accounts;
    private int _started;

    private TestCluster(TemporaryFolder folder, ProsodyServer server)
    {
        (_folder, _server) = (folder, server);
        Sessions = new ServerSessions(folder["sessions"]);
        _hocon = folder.File("node.conf", Encoding.UTF8.GetBytes(AreDefaults ? Always : $"{Fast}\n{Always}"));
        _accounts = folder.File("accounts", Encoding.UTF8.GetBytes(string.Join('\n', Accounts.Select(
            account => $"{account}\t{ProsodyServer.PasswordOf(account.Local!)}"))));
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options
            .AddComponent(new ComponentAccount { Host = "127.0.0.1", Port = server.ComponentPort, Jid = s_peer, Secret = server.SecretText })
            .WithHocon("actor-transfer.addresses.allow = [loopback]")
            .WithLimits(new() { RatePerTransfer = 500_000 })
            .DownloadTo(folder.Folder("peer")));
        _peer = builder.Build();
        Content = RandomNumberGenerator.GetBytes(100_000);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content));
        SharedFile = new FileInfo(Path.Combine(folder.Folder("shared"), "shared.bin"));
        File.WriteAllBytes(SharedFile.FullName, Content);
    }

    public static bool AreDefaults => Environment.GetEnvironmentVariable("CLUSTER_TEST_DEFAULTS") == "1";

    /// <summary>Of each test: CLUSTER_TEST_REPEAT, for measurements.</summary>
    public static int Repetitions => int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_TEST_REPEAT"), out var times) ? times : 1;

    public static IReadOnlyList<Jid> Accounts { get; } =
    [
        .. from domain in (string[])[ProsodyServer.Host, "north.localhost", "south.localhost"]
           from user in ProsodyServer.Users
           select Jid.Parse($"{user}@{domain}"),
    ];

    /// <summary>Those that were started, in this order.</summary>
    public List<NodeProcess> Nodes { get; } = [];

    public IReadOnlyList<NodeProcess> Running => [.. Nodes.Where(node => !node.HasExited)];

    public IFileTransfers Peer => _peer.Services.GetRequiredService<IFileTransfers>();

    /// <summary>Sessions of the accounts.</summary>
    public ServerSessions Sessions { get; }

    /// <summary>Of the files that are sent.</summary>
    public byte[] Content { get; }

    public string Sha256 { get; }

    /// <summary>SHA-256 or outcome of each file that the peer got.</summary>
    public List<string> PeerGot { get; } = [];

    /// <summary>A file with the content in the folder of all nodes.</summary>
    /// <summary>Where all nodes put received files.</summary>
    public string Received => Path.Combine(_folder["shared"], "in");

    private FileInfo SharedFile { get; }

    public static Jid AddressOf(Jid account) => account.WithResource("actor-transfer");

    public static async Task<TestCluster> StartAsync()
    {
        var folder = new TemporaryFolder();
        var server = await ProsodyServer.StartAsync(new ProsodySetup
        {
            Components = [Files.ToString(), s_peer.ToString()],
            Clients = true,
            MoreHosts = [.. Accounts.Select(account => account.Domain).Distinct().Skip(1)],
            Modules = ["test_sessions"],
            More = $$"""
                component_conflict_resolve = "kick_old"
                plugin_paths = { "{{Path.Combine(AppContext.BaseDirectory, "Processes")}}" }
                test_sessions_file = "{{folder["sessions"]}}"
                """,
        });
        var cluster = new TestCluster(folder, server);
        try
        {
            await cluster._peer.StartAsync();
            await cluster.Peer.ReadyAsync();
            _ = cluster.AcceptAllAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts nodes until there are three and each has three accounts, and forgets what happened before. The first of the running nodes is the oldest one.
    /// </summary>
    public async Task CompleteAsync()
    {
        foreach (var node in Nodes.Except(Running).ToArray())
        {
            Nodes.Remove(node);
            node.Dispose();
        }

        Nodes.ForEach(node => node.Forget());
        PeerGot.Clear();
        while (Running.Count < Size)
        {
            await StartNodeAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        ILookup<NodeProcess, Jid> accounts;
        do
        {
            Assert.False(limit.IsCancellationRequested, $"The accounts are not spread: {Running[0].Describe()}");
            accounts = await LocateAsync();
        }
        while (Running.Any(node => accounts[node].Count() != Accounts.Count / Size));
        await LoggedInAsync();
    }

    /// <summary>Starts another node, which joins one that runs.</summary>
    public async Task<NodeProcess> StartNodeAsync()
    {
        var folder = _folder.Folder($"node{Interlocked.Increment(ref _started)}");
        string[] seed = Running is [var running, ..] ? [await running.ReadyAsync()] : [];
        var node = new NodeProcess(
            folder, [$"{_server.ComponentPort}", $"{_server.ClientPort}", _server.SecretText, folder, _folder["shared"], _accounts, _hocon, .. seed]);
        Nodes.Add(node);
        await node.ReadyAsync();
        return node;
    }

    public FileInfo FileOf(byte[] content, string name) => new(_folder.File(name, content));

    /// <summary>A node sends one file after the other to the peer, as the component.</summary>
    public void Send(NodeProcess node) => node.Tell($"send {s_peer} {SharedFile}");

    /// <summary>A node sends one file after the other to the peer, as each account in turn.</summary>
    public void SendThroughAccounts(NodeProcess node) => node.Tell($"send-through-accounts {s_peer} {SharedFile}");

    /// <summary>Values of all nodes.</summary>
    public IReadOnlyList<string> Values(string name) => [.. Nodes.SelectMany(node => node.Values(name))];

    /// <summary>Completes when every node has received a file.</summary>
    public Task AllReceiveAsync() => Eventually.HoldsAsync(
        () => Running.All(node => node.Values("received").Count > 0),
        () => "A node has received no file: " + string.Join("\n\n", Running.Select(node => node.Describe())));

    /// <summary>Completes when the server has a session of each account.</summary>
    public Task LoggedInAsync() => Eventually.HoldsAsync(
        () => Sessions.Online().Count == Accounts.Count,
        () => $"Only these are logged in: {string.Join(' ', Sessions.Online())}\n{Running[0].Describe()}");

    /// <summary>The accounts of each node, when all are connected.</summary>
    public async Task<ILookup<NodeProcess, Jid>> LocateAsync()
    {
        var byAddress = new Dictionary<string, NodeProcess>();
        foreach (var node in Running)
        {
            byAddress[await node.ReadyAsync()] = node;
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        string[] fields;
        do
        {
            Assert.False(limit.IsCancellationRequested, $"An account is not connected: {Running[0].Describe()}");
            fields = (await Running[^1].AskAsync("accounts", "accounts")).Split(' ');
        }
        while (!fields.All(field => byAddress.ContainsKey(field[(field.IndexOf('=') + 1)..])));
        return fields.Select(field => field.Split('=')).ToLookup(field => byAddress[field[1]], field => Jid.Parse(field[0]));
    }

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

            File.Copy(_folder["sessions"], Path.Combine(keep, "sessions"), overwrite: true);
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
