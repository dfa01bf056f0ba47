using System.Security.Cryptography;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Whole transfers in Jingle sessions between two accounts, through the in-process domain and its proxy.</summary>
public sealed class JingleSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(0, StreamMethods.Direct, StreamMethod.Direct)]
    [InlineData(1, StreamMethods.Direct, StreamMethod.Direct)]
    [InlineData(3_000_000, StreamMethods.Direct, StreamMethod.Direct)]
    [InlineData(0, StreamMethods.Proxy, StreamMethod.Proxy)]
    [InlineData(3_000_000, StreamMethods.Proxy, StreamMethod.Proxy)]
    [InlineData(0, StreamMethods.InBand, StreamMethod.InBand)]
    [InlineData(300_000, StreamMethods.InBand, StreamMethod.InBand)]
    [InlineData(3_000_000, StreamMethods.All, StreamMethod.Direct)]
    public async Task File_must_arrive_complete_and_unchanged(int size, StreamMethods methods, StreamMethod method)
    {
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct);
        await TransferAsync(host, size, methods, method);
    }

    [Fact]
    public async Task Transport_without_candidates_must_be_replaced_by_an_in_band_bytestream()
    {
        await using var host = await LocalDomainHost.StartAsync(withProxy: false);
        await TransferAsync(host, 100_000, StreamMethods.All, StreamMethod.InBand);
    }

    [Fact]
    public async Task Declined_offer_must_end_as_refused_on_both_sides()
    {
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct);
        var sent = await SendAsync(host, new byte[1000], StreamMethods.All);
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            await offer.RejectAsync("not now");
            break;
        }

        var refused = Assert.IsType<TransferOutcome.Refused>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Peer, "not now"), (refused.By, refused.Reason));
    }

    [Fact]
    public async Task Sender_must_cancel_an_offer()
    {
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct);
        var sent = await SendAsync(host, new byte[1000], StreamMethods.All);
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            await sent.CancelAsync();
            Assert.IsType<TransferOutcome.Cancelled>(await sent.Completion.WaitAsync(MaxWait));
            var accepted = await offer.AcceptAsync();
            Assert.IsNotType<TransferOutcome.Completed>(await accepted.Completion.WaitAsync(MaxWait));
            break;
        }
    }

    [Fact]
    public async Task Transfers_by_both_signallings_must_not_disturb_each_other()
    {
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct);
        var signallings = new[] { Signalling.Jingle, Signalling.StreamInitiation, Signalling.Jingle, Signalling.StreamInitiation };
        var sent = new List<ITransfer>();
        foreach (var signalling in signallings)
        {
            sent.Add(await SendAsync(host, RandomNumberGenerator.GetBytes(200_000), StreamMethods.All, signalling));
        }

        await CompleteAsync(host, sent);
    }

    /// <summary>They are not equivalent, so no tie is broken: both go on.</summary>
    [Fact]
    public async Task Offers_in_both_directions_at_once_must_not_disturb_each_other()
    {
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct);
        var sent = new[]
        {
            await SendAsync(host, RandomNumberGenerator.GetBytes(200_000), StreamMethods.All),
            await SendAsync(host, RandomNumberGenerator.GetBytes(200_000), StreamMethods.All, options: new SendOptions("android"), to: LocalDomainHost.Sender),
        };
        await CompleteAsync(host, sent);
    }

    /// <summary>A component has any number of addresses: sessions of several of them with one peer, in both directions.</summary>
    [Fact]
    public async Task Component_must_send_and_receive_with_several_addresses()
    {
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct, component: Jid.Parse("files.local.test"));
        var (one, two) = (Jid.Parse("one@files.local.test/a"), Jid.Parse("two@files.local.test/b"));
        var sent = new List<ITransfer>();
        foreach (var (methods, address) in new[] { (StreamMethods.Direct, one), (StreamMethods.Proxy, two), (StreamMethods.InBand, one) })
        {
            var bytes = RandomNumberGenerator.GetBytes(20_000);
            sent.Add(await SendAsync(host, bytes, methods, options: new SendOptions("files.local.test", address), to: LocalDomainHost.Receiver));
            sent.Add(await SendAsync(host, bytes, methods, to: address));
        }

        var peers = await CompleteAsync(host, sent);
        Assert.Equal((2, 1, 3), (peers.Count(one.Equals), peers.Count(two.Equals), peers.Count(LocalDomainHost.Sender.Equals)));
    }

    /// <summary>Receives as many files as were sent; returns who offered them.</summary>
    private static async Task<List<Jid>> CompleteAsync(LocalDomainHost host, IReadOnlyCollection<ITransfer> sent)
    {
        var (received, peers) = (new List<ITransfer>(), new List<Jid>());
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            peers.Add(offer.From);
            received.Add(await offer.AcceptAsync());
            if (received.Count == sent.Count)
            {
                break;
            }
        }

        foreach (var transfer in sent.Concat(received))
        {
            Assert.IsType<TransferOutcome.Completed>(await transfer.Completion.WaitAsync(MaxWait));
        }

        return peers;
    }

    private static async Task TransferAsync(LocalDomainHost host, int size, StreamMethods methods, StreamMethod method)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        var accepting = host.AcceptNextAsync();
        var sent = await SendAsync(host, bytes, methods);
        var received = await accepting;

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var arrived = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        var left = Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((size, hash, method), (arrived.Bytes, arrived.Sha256, arrived.Method));
        Assert.Equal((size, hash, method, Delivery.Confirmed), (left.Bytes, left.Sha256, left.Method, left.Delivery));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));
    }

    private static async Task<ITransfer> SendAsync(
        LocalDomainHost host, byte[] bytes, StreamMethods methods, Signalling signalling = Signalling.Jingle, SendOptions? options = null, Jid? to = null)
    {
        var original = Path.Combine(host.Folder, $"original {Guid.NewGuid():N}.bin");
        await File.WriteAllBytesAsync(original, bytes);
        return await host.Transfers.SendAsync(
            to ?? LocalDomainHost.Receiver,
            new FileInfo(original),
            (options ?? new SendOptions("iphone")) with { Methods = methods, Signalling = signalling });
    }
}
