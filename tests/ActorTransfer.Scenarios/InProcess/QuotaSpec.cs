using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing.Links;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Limits of received files, as the sender and the receiver see them.</summary>
public sealed class QuotaSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sender_must_be_told_that_its_file_is_too_large_or_that_a_quota_is_used_up()
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.files { max-size = 1000B, quota-per-peer = 1500B }");
        Assert.Equal(
            new TransferOutcome.Refused(TransferSide.Peer, "Files of at most 1000 bytes."), await (await SendAsync(host, 1001)).Completion.WaitAsync(MaxWait));
        var accepting = host.AcceptNextAsync();
        Assert.IsType<TransferOutcome.Completed>(await (await SendAsync(host, 1000)).Completion.WaitAsync(MaxWait));
        await (await accepting).Completion.WaitAsync(MaxWait);
        var failed = Assert.IsType<TransferOutcome.Failed>(await (await SendAsync(host, 501)).Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferSide.Peer, FailureReason.Overloaded), (failed.Side, failed.Reason));
        accepting = host.AcceptNextAsync();
        Assert.IsType<TransferOutcome.Completed>(await (await SendAsync(host, 500)).Completion.WaitAsync(MaxWait));
        await (await accepting).Completion.WaitAsync(MaxWait);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peer_that_sends_more_than_it_announced_must_be_stopped_for_any_destination(bool isOwn)
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer { target.fallback = 1s, jingle.replacement = 1s }");
        var failed = await ReceiveTooManyAsync(host, 1000, isOwn);
        Assert.Equal((TransferSide.Peer, FailureReason.WrongLength), (failed.Side, failed.Reason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task File_without_a_size_that_uses_up_the_quota_must_end_as_an_offer_above_the_quota_would(bool isOwn)
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.files { max-size = 2000B, quota-per-peer = 1000B }");
        var failed = await ReceiveTooManyAsync(host, null, isOwn);
        Assert.Equal(
            (TransferSide.Local, FailureReason.Overloaded, "The quota for received files is used up."), (failed.Side, failed.Reason, failed.Detail));
    }

    [Fact]
    public async Task File_without_a_size_that_is_too_large_must_not_be_reported_as_a_quota()
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.files { max-size = 1000B, quota-per-peer = 2000B }");
        var failed = await ReceiveTooManyAsync(host, null, isOwn: false);
        Assert.Equal((TransferSide.Peer, FailureReason.WrongLength), (failed.Side, failed.Reason));
    }

    /// <summary>Sends far more than the 1,000 bytes that this side accepts.</summary>
    private static async Task<TransferOutcome.Failed> ReceiveTooManyAsync(LocalDomainHost host, long? size, bool isOwn)
    {
        var destination = new OwnDestination();
        var accepting = AcceptAsync(host, isOwn ? destination : new FolderDestination(host.Folder));
        var raw = new RawInitiator(host);
        await raw.OfferAsync(size);
        var received = await accepting;
        using var socket = await raw.ConnectAsync();
        await socket.WriteAsync(new byte[100_000]);
        var failed = Assert.IsType<TransferOutcome.Failed>(await received.Completion.WaitAsync(MaxWait));
        Assert.True(destination.Bytes <= 1000, $"{destination.Bytes}");
        Assert.Empty(Directory.GetFiles(host.Folder));
        return failed;
    }

    private static Task<ITransfer> SendAsync(LocalDomainHost host, int size) => host.Transfers.SendAsync(
        LocalDomainHost.Receiver, new MemoryStream(new byte[size]), new FileDescription("a.bin", size), new SendOptions("iphone"));

    private static async Task<ITransfer> AcceptAsync(LocalDomainHost host, IIncomingDestination destination)
    {
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            return await offer.AcceptAsync(destination);
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>Counts what arrives, and trusts the peer.</summary>
    private sealed class OwnDestination : IIncomingDestination, IIncomingContent
    {
        private long _bytes;

        public long Offset => 0;

        public long Bytes => Interlocked.Read(ref _bytes);

        public Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life) =>
            Task.FromResult<IIncomingContent>(this);

        public Sink<Chunk, Task<ReceivedFile>> Sink(TimeSpan tailWait, Flow<Chunk, Chunk, NotUsed>? stage = null, Func<Task>? arrived = null) =>
            Akka.Streams.Dsl.Sink.ForEach<Chunk>(chunk =>
            {
                Interlocked.Add(ref _bytes, chunk.Length);
                chunk.Dispose();
            }).MapMaterializedValue(async done =>
            {
                await done;
                await arrived!();
                return new ReceivedFile(Bytes, null, null);
            });

        public void Discard()
        {
        }

        public void Dispose()
        {
        }
    }
}
