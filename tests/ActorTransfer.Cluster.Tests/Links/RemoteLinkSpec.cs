using System.Net;
using System.Security.Cryptography;
using ActorTransfer.Actors;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Cluster.Tests.Links;

/// <summary>A component of two nodes in an in-process domain, and a peer with an engine of its own.</summary>
public sealed class RemoteLinkSpec : IAsyncLifetime
{
    private static readonly Jid s_files = Jid.Parse("files.local.test");
    private static readonly Jid s_peer = Jid.Parse("peer@local.test/x");

    private readonly LocalDomain _domain = new(Jid.Parse("local.test"));
    private readonly TemporaryFolder _folder = new();
    private readonly List<ClusterHost> _nodes = [];
    private IHost _peer = null!;

    private IFileTransfers Peer => _peer.Services.GetRequiredService<IFileTransfers>();

    public async Task InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options
            .AddLocalUser(_domain, s_peer)
            .AddLocalProxy(_domain, Jid.Parse("proxy.local.test"), new IPEndPoint(IPAddress.Loopback, 0))
            .DownloadTo(_folder.Folder("peer")));
        _peer = builder.Build();
        await _peer.StartAsync();
        await Peer.ReadyAsync();
        for (var number = 1; number <= 2; number++)
        {
            var folder = _folder.Folder($"node{number}");
            _nodes.Add(await ClusterHost.StartAsync(options => options
                .Share(new AccountDefinition("files.local.test", new LinkDefinition.InProcess(LocalLinkActor.Props(_domain, s_files)), _domain.Name))
                .Engine.DownloadTo(folder), _nodes.FirstOrDefault()));
        }

        foreach (var node in _nodes)
        {
            await node.HasNodesAsync(2);
            await node.ReadyAsync();
        }
    }

    public async Task DisposeAsync()
    {
        await ClusterHost.DisposeAsync(_nodes);
        await _peer.StopAsync();
        _peer.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, Signalling.Jingle, StreamMethods.All)]
    [InlineData(1, Signalling.StreamInitiation, StreamMethods.All)]
    [InlineData(1, Signalling.Jingle, StreamMethods.InBand)]
    public async Task Node_must_send_and_receive_a_file_through_the_shared_connection(int number, Signalling signalling, StreamMethods methods)
    {
        var options = new SendOptions { Signalling = signalling, Methods = methods };
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var receiving = AcceptNextAsync(Peer);
        var sent = await _nodes[number].Transfers.SendAsync(s_peer, new FileInfo(_folder.File("a.bin", bytes)), options);
        Assert.Equal(_nodes[number].Cluster.SelfUniqueAddress.Uid, sent.Id.Node);
        Assert.Equal($"{sent.Id.Node:x8}-{sent.Id.Value}", $"{sent.Id}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(hash, Assert.IsType<TransferOutcome.Completed>(await sent.Completion).Sha256);
        var arrived = Assert.IsType<TransferOutcome.Completed>(await (await receiving).Completion);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));

        var accepting = await Task.WhenAny(_nodes.Select(node => AcceptNextAsync(node.Transfers)).Append(OfferAsync()));
        arrived = Assert.IsType<TransferOutcome.Completed>(await (await accepting).Completion);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));

        async Task<ITransfer> OfferAsync()
        {
            var offered = await Peer.SendAsync(s_files, new FileInfo(_folder.File("b.bin", bytes)), options);
            Assert.IsType<TransferOutcome.Completed>(await offered.Completion);
            return await new TaskCompletionSource<ITransfer>().Task;
        }
    }

    [Fact]
    public async Task Offers_must_be_spread_over_the_nodes()
    {
        var counts = new int[2];
        using var over = new CancellationTokenSource();
        var readers = _nodes.Select(async (node, number) =>
        {
            var completions = new List<Task<TransferOutcome>>();
            await foreach (var offer in node.Transfers.IncomingAsync(over.Token))
            {
                counts[number]++;
                completions.Add((await offer.AcceptAsync()).Completion);
            }
        }).ToArray();
        var bytes = RandomNumberGenerator.GetBytes(50_000);
        var file = new FileInfo(_folder.File("a.bin", bytes));
        while (counts.Contains(0))
        {
            // The hub may not know yet that both have a reader.
            await (await Peer.SendAsync(s_files, file)).Completion;
        }

        var before = counts.ToArray();
        var sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Peer.SendAsync(s_files, file)));
        var outcomes = await Task.WhenAll(sent.Select(transfer => transfer.Completion));
        Assert.All(outcomes, outcome => Assert.IsType<TransferOutcome.Completed>(outcome));
        await over.CancelAsync();
        await Task.WhenAll(readers).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(20, counts.Sum() - before.Sum());
        Assert.All(counts.Zip(before), count => Assert.InRange(count.First - count.Second, 8, 12));
        var received = Directory.GetFiles(_folder["node1"]).Concat(Directory.GetFiles(_folder["node2"])).ToList();
        Assert.Equal(counts.Sum(), received.Count);
        Assert.All(received, path => Assert.Equal(bytes, File.ReadAllBytes(path)));
    }

    /// <summary>The oldest node has the connection; the response comes over that of the other one.</summary>
    [Fact]
    public async Task Pending_offer_must_outlive_the_node_that_held_the_connection()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var sent = await _nodes[1].Transfers.SendAsync(s_peer, new FileInfo(_folder.File("a.bin", bytes)));
        await foreach (var offer in Peer.IncomingAsync())
        {
            await _nodes[0].StopAsync();
            await Eventually.HoldsAsync(() => _domain.IsAttached(s_files), () => "The other node has not taken over.");
            await offer.AcceptAsync();
            break;
        }

        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
    }

    private static async Task<ITransfer> AcceptNextAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            return await offer.AcceptAsync();
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
