using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ActorTransfer.Cli;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary><c>actor-transfer proxy --cluster-listen</c>: several processes as one component of Prosody.</summary>
public sealed class ProxyFarmSpec : IDisposable
{
    /// <summary>A killed node is replaced within 15 s; the machine of the tests may be busy.</summary>
    private static readonly TimeSpan s_takeOver = TimeSpan.FromSeconds(25);

    private const int Continue = 18; // SIGCONT
    private const int Stop = 19; // SIGSTOP

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyFact]
    public async Task Other_nodes_must_take_over_when_the_one_with_the_link_is_killed()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var seed = FreeEndPoint();
        await using var first = (await NodeAsync(server, seed, seed)).Node;
        var (secondNode, secondAddress) = await NodeAsync(server, AnyEndPoint, seed);
        await using var second = secondNode;
        await using var third = (await NodeAsync(server, AnyEndPoint, seed)).Node;
        await HasNodesAsync(second, 3);
        await using var user = await ComponentUser.ConnectAsync(server);
        var (requester, target) = await user.PairAsync(secondAddress);

        await first.KillAsync();
        var began = Stopwatch.GetTimestamp();
        await ComponentUser.ExpectRelayedAsync(requester, target, 100_000);
        await second.EventAsync("connection", status => status.Text("state") == "lost");
        await second.EventAsync("connection", status => status.Text("state") == "up");
        Assert.IsType<Answer.Result>(await user.AddressAsync());

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, s_takeOver);
        await ComponentUser.ExpectRelayedAsync(target, requester, 100_000);
        requester.Dispose();
        target.Dispose();
        await MustRelayAsync(server);
        second.Signal(CliProcess.Terminate);
        Assert.Equal(0, await second.EndAsync());
        third.Signal(CliProcess.Terminate);
        Assert.Equal(0, await third.EndAsync());
    }

    [ProsodyFact]
    public async Task Node_that_was_frozen_must_end_when_it_learns_that_it_was_removed()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var seed = FreeEndPoint();
        await using var first = (await NodeAsync(server, seed, seed)).Node;
        await using var second = (await NodeAsync(server, AnyEndPoint, seed)).Node;
        await using var third = (await NodeAsync(server, AnyEndPoint, seed)).Node;

        await HasNodesAsync(first, 3);
        third.Signal(Stop);
        await HasNodesAsync(first, 2);
        third.Signal(Continue);

        Assert.Equal((int)ExitCode.RemovedFromCluster, await third.EndAsync());
        Assert.Contains("removed-from-cluster", third.Output, StringComparison.Ordinal);
    }

    [ProsodyFact]
    public async Task Nodes_must_trust_only_certificates_of_their_authority()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var seed = FreeEndPoint();
        var tls = Tls(TestCertificates.Make(_folder), "node.pem");
        await using var first = (await NodeAsync(server, seed, seed, tls)).Node;
        var (secondNode, secondAddress) = await NodeAsync(server, AnyEndPoint, seed, tls);
        await using var second = secondNode;
        await using var user = await ComponentUser.ConnectAsync(server);
        var (requester, target) = await user.PairAsync(secondAddress);
        await ComponentUser.ExpectRelayedAsync(requester, target, 1000);
        requester.Dispose();
        target.Dispose();

        using var elsewhere = new TestFolder();
        var stranger = TestCertificates.Make(elsewhere);
        await using var third = ProxyProcess.Start(
            server.Options(ProsodyServer.Proxy),
            [.. Cluster(AnyEndPoint, seed), "--cluster-tls", Joined(stranger, elsewhere, "node.pem"), "--cluster-ca", tls[^1]]);

        await first.ErrorLineAsync("TLS");
        Assert.DoesNotContain("\"event\":\"ready\"", third.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"up\":3", first.Output, StringComparison.Ordinal);
    }

    private static IPEndPoint AnyEndPoint { get; } = new(IPAddress.Loopback, 0);

    private static string[] Cluster(IPEndPoint listen, IPEndPoint seed) => ["--cluster-listen", listen.ToString(), "--cluster-seed", seed.ToString()];

    private static async Task<(PeerProcess Node, IPEndPoint Address)> NodeAsync(
        ProsodyServer server, IPEndPoint listen, IPEndPoint seed, params string[] more) =>
        await ProxyProcess.ReadyAsync(server, ["--allow", ProsodyServer.Host, ProsodyServer.Component, .. Cluster(listen, seed), .. more]);

    private static Task HasNodesAsync(PeerProcess node, int count) => node.EventAsync("nodes", nodes => nodes.GetProperty("up").GetInt32() == count);

    private string[] Tls(TestCertificates certificates, string name) =>
        ["--cluster-tls", Joined(certificates, _folder, name), "--cluster-ca", certificates.Authority];

    /// <summary>A file with the certificate and its key.</summary>
    private static string Joined(TestCertificates certificates, TestFolder folder, string name) =>
        folder.File(name, [.. File.ReadAllBytes(certificates.Certificate), (byte)'\n', .. File.ReadAllBytes(certificates.Key)]);

    /// <summary>A whole transfer through the farm.</summary>
    private async Task MustRelayAsync(ProsodyServer server)
    {
        var bytes = RandomNumberGenerator.GetBytes(1 << 20);
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder.Folder("in"), "--count", "1");
        await using var sender = CommandLineProcess.Send(server, "alice/out", _folder.File("a.bin", bytes), "bob@localhost/in", "--method", "proxy");
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(hash, (await sender.EventAsync("completed")).Text("sha256"));
        Assert.Equal(hash, (await receiver.EventAsync("completed")).Text("sha256"));
        Assert.Equal((0, 0), (await sender.EndAsync(), await receiver.EndAsync()));
    }

    /// <summary>Another process may use it before the node does; then the test fails with that reason.</summary>
    private static IPEndPoint FreeEndPoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(AnyEndPoint);
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
