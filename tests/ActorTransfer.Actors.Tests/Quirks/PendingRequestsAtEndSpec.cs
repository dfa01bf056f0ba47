using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>
/// gloox sends all its blocks before the first response. Each gets one response, whenever and however the transfer ends: from the transfer, from its
/// in-band bytestream, or from the connection for requests that neither handled (dead letters, see <see cref="ConnectionRoutingSpec"/>).
/// </summary>
public sealed class PendingRequestsAtEndSpec : ReceivingTest
{
    private const int Blocks = 60;

    public PendingRequestsAtEndSpec()
        : base("in-band.receive-buffer = 65536B, in-band.receive-backlog = 1MiB")
    {
    }

    [Fact]
    public async Task Every_block_must_get_one_response_when_the_disk_is_full()
    {
        var disk = new FullDisk();
        await OpenAsync(disk);
        for (var block = 0; block < Blocks; block++)
        {
            if (block == Blocks / 2)
            {
                disk.Fill();
            }

            Requests($"d{block}", DataXml(block, new byte[4096]));
        }

        Requests("last", CloseXml);
        await ExpectResponsesAsync(Enumerable.Range(0, Blocks).Select(block => $"d{block}").Append("last"));
        Assert.Equal(FailureReason.NoSpace, (await FailedAsync()).Reason);
    }

    [Fact]
    public async Task Every_block_must_get_one_response_when_this_side_cancels()
    {
        await OpenAsync(new FullDisk());
        for (var block = 0; block < Blocks; block++)
        {
            if (block == Blocks / 2)
            {
                Transfer.Tell(new Msg.Cancel(default));
            }

            Requests($"d{block}", DataXml(block, new byte[4096]));
        }

        await ExpectResponsesAsync(Enumerable.Range(0, Blocks).Select(block => $"d{block}"));
    }

    [Fact]
    public async Task Streamhosts_that_arrive_while_the_transfer_ends_must_get_a_response()
    {
        await AcceptedAsync();
        Transfer.Tell(new Msg.Cancel(default));
        Requests("s1", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
        await ExpectResponsesAsync(["s1"]);
    }

    private async Task OpenAsync(IIncomingDestination destination)
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Requests("offer1", OfferXml(Options(Namespaces.Ibb), size: Blocks * 4096));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Transfer = await ActorOfAsync(offered.Id);
        Above.Tell(new Msg.Accept(offered.Id, destination, Observer.Ref));
        Assert.Equal("offer1", (await ResponseAsync()).Id);
        Requests("o1", OpenXml(4096));
        Assert.Equal(("o1", IqType.Result), Head(await ResponseAsync()));
    }

    /// <summary>Exactly one response to each of these requests.</summary>
    private async Task ExpectResponsesAsync(IEnumerable<string> ids)
    {
        var open = ids.ToHashSet();
        while (open.Count > 0)
        {
            await EventuallyAsync(() => Connection.HasMessages, $"no response to {string.Join(", ", open)}");
            if (await Connection.ReceiveOneAsync() is Connection.Reply { Answer: { Type: not IqType.Set } answer })
            {
                Assert.True(open.Remove(answer.Id), $"{answer.Id} got two responses");
            }
        }
    }

    /// <summary>Holds the first chunk until the disk is full, and then fails.</summary>
    private sealed class FullDisk : IIncomingDestination, IIncomingContent
    {
        private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Offset => 0;

        public void Fill() => _full.TrySetResult();

        public Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life) =>
            Task.FromResult<IIncomingContent>(this);

        public Sink<Chunk, Task<ReceivedFile>> Sink(
            TimeSpan tailWait, Flow<Chunk, Chunk, NotUsed>? stage = null, Func<Task>? arrived = null) => Flow.Create<Chunk>()
            .SelectAsync(1, async chunk =>
            {
                chunk.Dispose();
                await _full.Task;
                return await Task.FromException<Chunk>(new IncomingFileException(IncomingFileFault.NoSpace, "The disk is full."));
            })
            .ToMaterialized(Akka.Streams.Dsl.Sink.Ignore<Chunk>().MapMaterializedValue(async Task<ReceivedFile> (done) =>
            {
                await done;
                return new ReceivedFile(0, "", null);
            }), Keep.Right);

        public void Discard()
        {
        }

        public void Dispose()
        {
        }
    }
}
