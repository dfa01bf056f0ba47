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

        var received = new List<ITransfer>();
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            received.Add(await offer.AcceptAsync());
            if (received.Count == signallings.Length)
            {
                break;
            }
        }

        foreach (var transfer in sent.Concat(received))
        {
            Assert.IsType<TransferOutcome.Completed>(await transfer.Completion.WaitAsync(MaxWait));
        }
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
        LocalDomainHost host, byte[] bytes, StreamMethods methods, Signalling signalling = Signalling.Jingle)
    {
        var original = Path.Combine(host.Folder, $"original {Guid.NewGuid():N}.bin");
        await File.WriteAllBytesAsync(original, bytes);
        return await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new FileInfo(original), new SendOptions("iphone") { Methods = methods, Signalling = signalling });
    }
}
