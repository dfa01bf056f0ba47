using System.Security.Cryptography;
using ActorTransfer.Testing.Time;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>
/// Pauses of whole transfers, by either side. Another transfer of the same size, which completes meanwhile, shows that the paused one has stopped.
/// </summary>
public sealed class PauseSpec
{
    private const int Chunk = 256 * 1024;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    public enum Side
    {
        Sender,
        Receiver,
    }

    [Theory]
    [InlineData(StreamMethods.Direct, Side.Sender)]
    [InlineData(StreamMethods.Direct, Side.Receiver)]
    [InlineData(StreamMethods.Proxy, Side.Sender)]
    [InlineData(StreamMethods.Proxy, Side.Receiver)]
    [InlineData(StreamMethods.InBand, Side.Sender)]
    [InlineData(StreamMethods.InBand, Side.Receiver)]
    public async Task Paused_transfer_must_stand_still_and_complete_when_it_continues(StreamMethods method, Side side)
    {
        var size = method == StreamMethods.InBand ? 2_000_000 : 16_000_000;
        var bytes = RandomNumberGenerator.GetBytes(size);
        await using var host = await LocalDomainHost.StartAsync(LocalDomainHost.Direct, options => options.WithHocon(
            $"actor-transfer {{ transfers.rate-per-transfer = {2 * size}B, progress-interval = 5ms }}"));

        var (sent, received) = await BeginAsync(host, bytes, method);
        var (pausing, watch) = side == Side.Sender ? (sent, new ProgressWatch(sent)) : (received, new ProgressWatch(received));
        var arriving = side == Side.Sender ? new ProgressWatch(received) : watch;
        await Eventually.HoldsAsync(() => arriving.Last.Bytes > size / 8, () => "no bytes arrive");
        await pausing.PauseAsync();
        await Eventually.HoldsAsync(() => watch.Last.IsPaused, () => "the pause was not reported");

        var moved = watch.Last.Bytes; // what is in the sockets still arrives
        var (other, otherReceived) = await BeginAsync(host, bytes, method);
        await CompletedAsync(other, otherReceived, bytes);
        Assert.InRange(watch.Last.Bytes, moved, Math.Min(moved + (4 * Chunk), size - 1));
        Assert.False(received.Completion.IsCompleted);

        await pausing.ResumeAsync();
        await CompletedAsync(sent, received, bytes);
    }

    [Theory]
    [InlineData(Side.Sender)]
    [InlineData(Side.Receiver)]
    public async Task Pause_before_the_bytes_must_hold_when_they_would_start(Side side)
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000_000);
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.files.offer-md5-up-to = 0");
        using var content = new CountingStream(bytes);
        var accepting = NextAsync(host);
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, content, new FileDescription("a.bin", bytes.Length), new SendOptions("iphone"));
        var offer = await accepting;
        if (side == Side.Sender)
        {
            await sent.PauseAsync();
        }

        var received = await offer.AcceptAsync();
        if (side == Side.Receiver)
        {
            await received.PauseAsync();
        }

        var (sending, arriving) = (new ProgressWatch(sent), new ProgressWatch(received));
        await Eventually.HoldsAsync(() => sending.Last.State >= TransferState.Activated, () => "the proxy was not activated");
        var (other, otherReceived) = await BeginAsync(host, bytes, StreamMethods.All);
        await CompletedAsync(other, otherReceived, bytes);
        Assert.Equal(0, arriving.Last.Bytes);
        Assert.True(side == Side.Receiver || content.BytesRead == 0, $"{content.BytesRead} bytes were read");
        await (side == Side.Sender ? sent : received).ResumeAsync();
        await CompletedAsync(sent, received, bytes);
    }

    [Theory]
    [InlineData(Side.Sender)]
    [InlineData(Side.Receiver)]
    public async Task Paused_transfer_must_be_cancelled_on_both_sides(Side side)
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.transfers.rate-per-transfer = 500KiB");
        var (sent, received) = await BeginAsync(host, new byte[5_000_000], StreamMethods.All);
        var arriving = new ProgressWatch(received);
        await Eventually.HoldsAsync(() => arriving.Last.Bytes > 0, () => "no bytes arrive");
        var (pausing, other) = side == Side.Sender ? (sent, received) : (received, sent);
        await pausing.PauseAsync();
        Assert.IsType<TransferOutcome.Cancelled>(await pausing.CancelAsync().WaitAsync(MaxWait));
        Assert.IsNotType<TransferOutcome.Completed>(await other.Completion.WaitAsync(MaxWait));
        await pausing.PauseAsync().WaitAsync(MaxWait); // without effect
        await pausing.ResumeAsync().WaitAsync(MaxWait);
    }

    private static async Task<(ITransfer Sent, ITransfer Received)> BeginAsync(LocalDomainHost host, byte[] bytes, StreamMethods method)
    {
        var accepting = NextAsync(host);
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new MemoryStream(bytes), new FileDescription("a.bin", bytes.Length), new SendOptions("iphone") { Methods = method });
        return (sent, await (await accepting).AcceptAsync(terms: new AcceptTerms(method)));
    }

    private static async Task CompletedAsync(ITransfer sent, ITransfer received, byte[] bytes)
    {
        var arrived = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));
    }

    private static async Task<IIncomingOffer> NextAsync(LocalDomainHost host)
    {
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            return offer;
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>The latest progress of a transfer.</summary>
    private sealed class ProgressWatch
    {
        private TransferProgress _last = new(TransferState.Offer, 0, 0);

        public ProgressWatch(ITransfer transfer) => _ = ReadAsync(transfer);

        public TransferProgress Last => Volatile.Read(ref _last);

        private async Task ReadAsync(ITransfer transfer)
        {
            await foreach (var progress in transfer.ProgressAsync())
            {
                Volatile.Write(ref _last, progress);
            }
        }
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        private long _read;

        public long BytesRead => Interlocked.Read(ref _read);

        public override int Read(byte[] buffer, int offset, int count) => Count(base.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Count(base.Read(buffer));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Count(await base.ReadAsync(buffer, cancellationToken));

        private int Count(int count)
        {
            Interlocked.Add(ref _read, count);
            return count;
        }
    }
}
