using System.IO.Pipelines;
using System.Security.Cryptography;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Whole transfers of streams, pipes and partial files.</summary>
public sealed class ContentSpec
{
    private const int Size = 20_000_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("")]
    [InlineData("actor-transfer.files.offer-md5-up-to = 0")]
    public async Task Interrupted_transfer_must_be_resumed_when_the_file_is_sent_again(string hocon)
    {
        await using var host = await LocalDomainHost.StartAsync(
            hocon, options => options.UseStages(new ContentStages(Outgoing: Flows.RateLimit(Size))));
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var original = Path.Combine(host.Folder, "original.bin");
        await File.WriteAllBytesAsync(original, bytes);

        var (sent, received) = await BeginAsync(host, original);
        await foreach (var progress in received.ProgressAsync())
        {
            if (progress.Bytes > Size / 5)
            {
                sent.Cancel();
            }
        }

        Assert.IsNotType<TransferOutcome.Completed>(await received.Completion.WaitAsync(s_patience));
        (sent, received) = await BeginAsync(host, original);
        var arrived = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(s_patience));
        var left = Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(s_patience));
        Assert.InRange(arrived.Bytes, 1, Size * 9 / 10);
        Assert.Equal((arrived.Bytes, hash, hash), (left.Bytes, left.Sha256, arrived.Sha256));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));
        Assert.Equal(2, Directory.GetFiles(host.Folder).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_must_be_received_into_a_pipe(bool seekable)
    {
        await using var host = await LocalDomainHost.StartAsync();
        var bytes = RandomNumberGenerator.GetBytes(Size);
        using var source = new MemoryStream(bytes);
        var content = seekable ? source : PipeReader.Create(source).AsStream();
        var pipe = new Pipe();
        var accepting = AcceptIntoAsync(host, new StreamDestination(pipe.Writer));
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, content, new FileDescription("stream.bin", Size), new SendOptions("iphone"));
        var received = await accepting;
        var arrived = new MemoryStream();
        await pipe.Reader.CopyToAsync(arrived).WaitAsync(s_patience);
        Assert.Equal(bytes, arrived.ToArray());
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(s_patience));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(s_patience));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("sha-256")]
    public async Task Both_outcomes_must_have_a_digest_when_it_is_configured(string digest)
    {
        await using var host = await LocalDomainHost.StartAsync($"actor-transfer.files.digest = {digest}");
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        using var arrived = new MemoryStream();
        var accepting = AcceptIntoAsync(host, new StreamDestination(arrived, leaveOpen: true));
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new MemoryStream(bytes), new FileDescription("stream.bin", bytes.Length), new SendOptions("iphone"));
        var received = await accepting;

        var hash = digest == "none" ? null : Convert.ToHexStringLower(SHA256.HashData(bytes));
        foreach (var transfer in new[] { sent, received })
        {
            Assert.Equal(hash, Assert.IsType<TransferOutcome.Completed>(await transfer.Completion.WaitAsync(s_patience)).Sha256);
        }

        Assert.Equal(bytes, arrived.ToArray());
    }

    [Fact]
    public async Task Stream_without_a_length_must_be_refused_before_an_offer_is_sent()
    {
        await using var host = await LocalDomainHost.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(
            () => host.Transfers.SendAsync(LocalDomainHost.Receiver, new Pipe().Reader, new FileDescription("endless", -1), new SendOptions("iphone")));
    }

    private static async Task<(ITransfer Sent, ITransfer Received)> BeginAsync(LocalDomainHost host, string path)
    {
        var accepting = host.AcceptNextAsync();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new FileInfo(path), new SendOptions("iphone"));
        return (sent, await accepting);
    }

    private static async Task<ITransfer> AcceptIntoAsync(LocalDomainHost host, StreamDestination destination)
    {
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            return await offer.AcceptAsync(destination);
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
