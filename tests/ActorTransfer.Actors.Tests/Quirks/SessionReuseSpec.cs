using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>XIFF and others that use one session id for all offers and may not close a completed session.</summary>
public sealed class SessionReuseSpec : ReceivingTest
{
    private const string Ibb = Namespaces.Ibb;
    private int _blocks;

    public enum Closing
    {
        Never,
        BeforeTheNextOffer,
        AfterTheNextOffer,
    }

    [Theory]
    [InlineData(Closing.Never)]
    [InlineData(Closing.BeforeTheNextOffer)]
    [InlineData(Closing.AfterTheNextOffer)]
    public async Task Several_in_band_files_with_one_session_id_must_be_received(Closing closing)
    {
        await SubscribedAsync();
        Offer("o0");
        await AcceptAsync("o0");
        for (var i = 1; i < 8; i++)
        {
            await SendInBandAsync($"open{i}");
            if (closing == Closing.BeforeTheNextOffer)
            {
                Requests($"c{i}", CloseXml);
                Assert.Equal(($"c{i}", IqType.Result), Head(await ReplyAsync($"c{i}")));
            }

            Offer($"o{i}");
            if (closing == Closing.AfterTheNextOffer)
            {
                Requests($"c{i}", CloseXml);
                Assert.Equal($"c{i}", (await ReplyAsync($"c{i}")).Id);
            }

            await ExpectWholeFileAsync();
            await AcceptAsync($"o{i}");
        }
    }

    [Fact]
    public async Task Several_files_over_connections_that_stay_open_must_be_received()
    {
        await SubscribedAsync();
        Offer("o0");
        await AcceptAsync("o0");
        for (var i = 1; i < 8; i++)
        {
            var (near, far) = NewLink();
            Requests($"s{i}", StreamhostsXml("", (Relay.ToString(), "203.0.113.7")));
            (await Gate.ExpectMsgAsync<Attempt>()).Succeed(near);
            Assert.Equal(($"s{i}", IqType.Result), Head(await ReplyAsync($"s{i}")));
            ScriptedSource.Create().ToMaterialized(far.Outgoing, Keep.Left).Run(Materializer).Send(File);
            await EnteredAsync(TransferState.Connected);
            Offer($"o{i}");
            await ExpectWholeFileAsync();
            await AcceptAsync($"o{i}");
        }
    }

    [Fact]
    public async Task Offer_must_wait_for_the_last_bytes_of_the_transfer_with_the_same_id()
    {
        await SubscribedAsync();
        Offer("o0");
        await AcceptAsync("o0");
        Requests("open", OpenXml(4096));
        await ReplyAsync("open");
        Block(0, File[..4096]);
        await ReplyAsync("d0");
        await EnteredAsync(TransferState.Streaming);
        Offer("o1");
        Block(1, File[4096..8192]);
        await ReplyAsync("d1");
        await ExpectNoMessageAsync(Offers, Above);
        Block(2, File[8192..]);
        await ReplyAsync("d2");
        await ExpectWholeFileAsync();
        await AcceptAsync("o1");
    }

    [Fact]
    public async Task Offer_with_the_id_of_an_active_transfer_must_be_refused_as_conflict_without_affecting_it()
    {
        await SubscribedAsync();
        Offer("o0");
        await AcceptAsync("o0");
        Offer("early");
        Assert.Equal(("early", ErrorConditions.Conflict), Refusal(await ReplyAsync("early")));
        Requests("open", OpenXml(4096));
        await ReplyAsync("open");
        await EnteredAsync(TransferState.Streaming);
        Offer("o1");
        Offer("o2");
        Assert.Equal(("o2", ErrorConditions.Conflict), Refusal(await ReplyAsync("o2")));
        await AdvanceAsync(Above, TimeSpan.FromSeconds(2));
        Assert.Equal(("o1", ErrorConditions.Conflict), Refusal(await ReplyAsync("o1")));
        for (var i = 0; i < 3; i++)
        {
            Block(i, File[(i * 4096)..Math.Min(Size, (i + 1) * 4096)]);
            await ReplyAsync($"d{i}");
        }

        Requests("c1", CloseXml);
        await ReplyAsync("c1");
        await ExpectWholeFileAsync();
        Offer("o3");
        await AcceptAsync("o3");
    }

    [Fact]
    public async Task Waiting_offer_must_be_dropped_when_its_link_is_lost()
    {
        await SubscribedAsync();
        Offer("o0");
        await AcceptAsync("o0");
        Requests("open", OpenXml(4096));
        await Connection.FishForMessageAsync<Connections.Connection.Subscribe>(_ => true, hint: "the subscription of the bytestream");
        var bytestream = Connection.LastSender;
        await ReplyAsync("open");
        await EnteredAsync(TransferState.Streaming);
        Offer("o1");
        var lost = new Connections.Connection.Lost("north", "closed", false);
        Above.Tell(lost, Connection.Ref);
        bytestream.Tell(lost, Connection.Ref);
        Assert.IsType<TransferOutcome.Failed>(await EndedAsync());
        await AdvanceAsync(Above, TimeSpan.FromSeconds(2));
        await ExpectNoMessageAsync(Offers, Above);
    }

    private async Task SubscribedAsync()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
    }

    private void Offer(string id) => Requests(id, OfferXml(Options(Namespaces.Bytestreams, Ibb)));

    private async Task AcceptAsync(string id)
    {
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        Assert.Equal((id, IqType.Result), Head(await ReplyAsync(id)));
    }

    private async Task SendInBandAsync(string id)
    {
        Requests(id, OpenXml(4096));
        Assert.Equal((id, IqType.Result), Head(await ReplyAsync(id)));
        await EnteredAsync(TransferState.Streaming);
        var sequence = 0;
        foreach (var block in File.Chunk(4096))
        {
            Block(sequence, block, $"b{++_blocks}");
            Assert.Equal(($"b{_blocks}", IqType.Result), Head(await ReplyAsync($"b{_blocks}")));
            sequence++;
        }
    }

    private void Block(int sequence, ReadOnlySpan<byte> block, string? id = null) => Requests(id ?? $"d{sequence}", DataXml(sequence, block));

    private async Task ExpectWholeFileAsync()
    {
        var ended = await Observer.FishForMessageAsync<Msg.Ended>(_ => true, hint: "ended");
        var completed = Assert.IsType<TransferOutcome.Completed>(ended.Outcome);
        Assert.Equal(File, await System.IO.File.ReadAllBytesAsync(completed.Path!));
    }

    private async Task<Iq> ReplyAsync(string id) =>
        (await Connection.FishForMessageAsync<Connections.Connection.Reply>(reply => reply.Answer.Id == id, hint: $"the response to {id}")).Answer;
}
