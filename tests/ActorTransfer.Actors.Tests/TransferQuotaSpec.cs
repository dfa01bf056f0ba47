using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Files of at most 1,000 bytes; 1,500 bytes of one peer, 2,500 of all in a day.</summary>
public sealed class TransferQuotaSpec() : TransferTest("files { max-size = 1000B, quota-per-peer = 1500B, quota-total = 2500B, quota-period = 1d }")
{
    private static readonly Jid Cy = Jid.Parse("cy@west.example/x");
    private static readonly Jid Di = Jid.Parse("di@west.example/x");

    [Fact]
    public async Task File_above_the_largest_size_must_be_refused_for_good_before_the_application_sees_it()
    {
        using var meter = new MetricSums(Sys);
        await ReadyAsync();
        Ask(OfferOf(Bo, "a", 1001));
        Assert.Equal(("offer-a", ErrorType.Modify, ErrorConditions.NotAcceptable, "Files of at most 1000 bytes."), await RefusalAsync());
        Assert.True(meter.Of("actortransfer.transfers.refused", "target size") == 1);
        Ask(OfferOf(Bo, "b", 1000));
        Assert.Equal(1000, (await Offers.ExpectMsgAsync<Msg.Offered>()).File.Size);
    }

    [Fact]
    public async Task Offer_beyond_the_quota_of_its_peer_must_be_refused_with_a_wait_error_while_others_are_accepted()
    {
        await ReadyAsync();
        await AcceptedAsync(Bo, "a", 1000);
        Ask(OfferOf(Bo, "b", 501));
        Assert.Equal(("offer-b", ErrorType.Wait, ErrorConditions.ResourceConstraint, "The quota for received files is used up."), await RefusalAsync());
        await AcceptedAsync(Bo, "c", 500);
        await AcceptedAsync(Cy, "d", 1000);
        Ask(OfferOf(Di, "e", 1));
        Assert.Equal("offer-e", (await RefusalAsync()).Id); // the quota of all
    }

    [Fact]
    public async Task Acceptance_beyond_the_quota_must_be_declined_because_another_offer_has_used_it()
    {
        await ReadyAsync();
        Ask(OfferOf(Bo, "a", 1000, "a"));
        Ask(OfferOf(Bo, "b", 1000, "b"));
        var first = await Offers.ExpectMsgAsync<Msg.Offered>();
        var second = await Offers.ExpectMsgAsync<Msg.Offered>();
        Accept(first.Id);
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        Accept(second.Id);
        Assert.Equal(
            ($"offer-{second.File.Name}", ErrorType.Wait, ErrorConditions.ResourceConstraint, "The quota for received files is used up."),
            await RefusalAsync());
        var ended = await Observer.FishForMessageAsync<Msg.Ended>(_ => true);
        Assert.Equal(new TransferOutcome.Refused(TransferSide.Local, "The quota for received files is used up."), ended.Outcome);
    }

    [Fact]
    public async Task Bytes_that_a_cancelled_transfer_did_not_receive_must_be_available_again_and_all_after_the_period()
    {
        await ReadyAsync();
        var first = await AcceptedAsync(Bo, "a", 1000);
        Above.Tell(new Msg.Cancel(first));
        await Observer.FishForMessageAsync<Msg.Ended>(_ => true);
        await AcceptedAsync(Bo, "b", 1000);
        await AcceptedAsync(Bo, "c", 500);
        Reload("files { quota-per-peer = 2000B }");
        await AcceptedAsync(Bo, "d", 500);
    }

    [Theory]
    [InlineData(null, 1000L)]
    [InlineData(10L, 10L)]
    [InlineData(5000L, 1000L)]
    public async Task File_without_a_size_must_be_limited_by_the_application_and_the_largest_size(long? wanted, long expected)
    {
        await ReadyAsync();
        Assert.Equal(expected, await LimitAsync("a", wanted));
    }

    [Fact]
    public async Task File_without_a_size_must_be_limited_by_what_is_left_and_refused_when_nothing_is()
    {
        await ReadyAsync();
        await AcceptedAsync(Bo, "a", 1000);
        Assert.Equal(500, await LimitAsync("b", null));
        Ask(Unsized("c"));
        Assert.Equal("offer-c", (await RefusalAsync()).Id);
    }

    private async Task ReadyAsync()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
    }

    private void Reload(string hocon) => Above.Tell(new Msg.Reload(Settings(hocon)));

    private void Accept(TransferId id) => Above.Tell(new Msg.Accept(id, new FolderDestination(Folder), Observer.Ref));

    private async Task<TransferId> AcceptedAsync(Jid peer, string sessionId, long size)
    {
        Ask(OfferOf(peer, sessionId, size));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Accept(offered.Id);
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        return offered.Id;
    }

    /// <summary>The maximum that the destination of a file without a size gets.</summary>
    private async Task<long?> LimitAsync(string sessionId, long? wanted)
    {
        Ask(Unsized(sessionId));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Assert.True(offered.File.IsSizeUnknown);
        var destination = new NotingDestination();
        Above.Tell(new Msg.Accept(offered.Id, destination, Observer.Ref) { MaxSize = wanted });
        return (await destination.Offer.WaitAsync(MaxWait)).MaxSize;
    }

    private static Iq Unsized(string sessionId) => Iq.Set(
        $"offer-{sessionId}", Ada, new SiOffer(sessionId, new FileDescription("a", 0) { IsSizeUnknown = true }, [Namespaces.Bytestreams]).ToXml(), Bo);

    private async Task<(string Id, ErrorType? Type, string? Condition, string? Text)> RefusalAsync()
    {
        var answer = await ReplyAsync();
        return (answer.Id, answer.Error?.Type, answer.Error?.Condition, answer.Error?.Text);
    }

    private sealed class NotingDestination : Extensibility.IIncomingDestination
    {
        private readonly TaskCompletionSource<Extensibility.IncomingOffer> _offer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Extensibility.IncomingOffer> Offer => _offer.Task;

        public Task<Extensibility.IIncomingContent> PrepareAsync(
            Extensibility.IncomingOffer offer, Extensibility.FileSettings settings, CancellationToken life)
        {
            _offer.TrySetResult(offer);
            return new TaskCompletionSource<Extensibility.IIncomingContent>().Task;
        }
    }
}
