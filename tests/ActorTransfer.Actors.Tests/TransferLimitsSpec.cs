using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Two live, one with each peer; one own and one offer wait.</summary>
public sealed class TransferLimitsSpec() : TransferTest(
    """
    transfers {
      max-active = 2, max-per-peer = 1, max-queued-sends = 1, max-queued-offers = 1
      send-queue-timeout = 60s, offer-queue-timeout = 30s, max-offers-per-peer = 2, max-undecided-offers = 2
    }
    """)
{
    private static readonly Jid Cy = Jid.Parse("cy@west.example/x");
    private static readonly Jid Di = Jid.Parse("di@west.example/x");

    private TransferId _first;
    private TransferId _second;

    [Fact]
    public async Task Send_above_the_limit_of_all_must_wait_and_begin_when_another_ends()
    {
        await FullAsync();
        var (waiting, events) = await SentAsync(Di);
        Assert.Equal(new Msg.Queued(waiting, AdmissionLimit.Active), await events.ExpectMsgAsync<Msg.Queued>());
        Above.Tell(new Msg.Cancel(_first));
        Assert.Equal(TransferState.Offer, (await events.ExpectMsgAsync<Msg.Entered>()).State);
        Assert.Equal(Di, (await AskedAsync()).To);
    }

    [Fact]
    public async Task Send_above_the_limit_of_its_peer_must_wait_while_others_pass()
    {
        await ReadyAsync();
        await SentAsync(Bo);
        var (_, events) = await SentAsync(Bo.Bare.WithResource("other"));
        Assert.Equal(AdmissionLimit.Peer, (await events.ExpectMsgAsync<Msg.Queued>()).Limit);
        Assert.Equal(Bo, (await AskedAsync()).To);
        await SentAsync(Cy);
        Assert.Equal(Cy, (await AskedAsync()).To);
    }

    [Fact]
    public async Task Send_must_not_start_when_as_many_wait_as_may()
    {
        await FullAsync();
        await SentAsync(Di);
        Above.Tell(new Msg.Send("north", null, Cy, new NoContent(), Observer.Ref, "tag"), TestActor);
        var refused = await ExpectMsgAsync<Msg.NotStarted>();
        Assert.Equal((FailureReason.Overloaded, "tag"), (refused.Reason, refused.Tag));
        Assert.Contains("max-queued-sends", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_that_waits_must_end_when_its_time_is_over()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        await events.ExpectMsgAsync<Msg.Queued>();
        await AdvanceAsync(Above, TimeSpan.FromSeconds(60) - Tick);
        await HeardNothingAsync(events, Above);
        await AdvanceAsync(Above, Tick);
        await events.ExpectMsgAsync<Msg.Entered>();
        Fails((await events.ExpectMsgAsync<Msg.Ended>()).Outcome, TransferState.Offer, TransferSide.Local, FailureReason.Overloaded);
        Above.Tell(new Msg.Cancel(_first));
        await HeardNothingAsync(events, Above);
    }

    [Fact]
    public async Task Send_that_waits_must_end_when_it_is_cancelled_and_make_room_in_the_queue()
    {
        await FullAsync();
        var (waiting, events) = await SentAsync(Di);
        Above.Tell(new Msg.Cancel(waiting));
        var ended = await events.FishForMessageAsync<Msg.Ended>(_ => true);
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local), ended.Outcome);
        var (_, next) = await SentAsync(Di);
        await next.ExpectMsgAsync<Msg.Queued>();
    }

    [Fact]
    public async Task Send_that_waits_must_end_when_the_account_is_refused()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        Above.Tell(new Connection.Lost("north", "refused", ForGood: true));
        var ended = await events.FishForMessageAsync<Msg.Ended>(_ => true);
        Fails(ended.Outcome, TransferState.Offer, TransferSide.Server, FailureReason.LinkLost);
    }

    [Fact]
    public async Task Offer_above_the_limit_of_all_must_wait_unseen_and_then_be_shown()
    {
        await FullAsync();
        Ask(OfferOf(Di, "a"));
        await HeardNothingAsync(Offers, Above);
        Above.Tell(new Msg.Cancel(_first));
        Assert.Equal(Di, (await Offers.ExpectMsgAsync<Msg.Offered>()).Peer);
    }

    [Fact]
    public async Task Offer_above_the_limit_of_its_peer_must_wait_for_that_peer()
    {
        await ReadyAsync();
        Ask(OfferOf(Bo, "a"));
        var first = await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(OfferOf(Bo, "b"));
        await HeardNothingAsync(Offers, Above);
        Above.Tell(new Msg.Decline(first.Id, null));
        Assert.Equal(ErrorConditions.Forbidden, (await ReplyAsync()).Error?.Condition);
        await Offers.ExpectMsgAsync<Msg.Offered>();
    }

    [Fact]
    public async Task Offer_must_be_refused_when_as_many_wait_as_may()
    {
        await FullAsync();
        Ask(OfferOf(Di, "a"));
        Ask(OfferOf(Cy, "b"));
        await RefusedAsync("offer-b");
    }

    [Fact]
    public async Task Offer_must_be_refused_when_as_many_as_may_are_undecided_and_a_decision_must_make_room()
    {
        await ReadyAsync();
        Ask(OfferOf(Bo, "a"));
        var first = await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(OfferOf(Bo, "b")); // waits for its peer's limit
        Ask(OfferOf(Di, "c"));
        await RefusedAsync("offer-c");
        Above.Tell(new Msg.Accept(first.Id, new FolderDestination(Folder), Observer.Ref));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        await Observer.FishForMessageAsync<Msg.Entered>(entered => entered.State == TransferState.Accepted); // the parent knows of the decision
        Ask(OfferOf(Di, "d"));
        Assert.Equal(Di, (await Offers.ExpectMsgAsync<Msg.Offered>()).Peer);
    }

    [Fact]
    public async Task Offer_that_waits_must_be_refused_when_its_time_is_over()
    {
        await FullAsync();
        Ask(OfferOf(Di, "a"));
        await AdvanceAsync(Above, TimeSpan.FromSeconds(30) - Tick);
        await HeardNothingAsync(Connection, Above);
        await AdvanceAsync(Above, Tick);
        await RefusedAsync("offer-a");
        Above.Tell(new Msg.Cancel(_first));
        await HeardNothingAsync(Offers, Above);
    }

    [Fact]
    public async Task Offer_that_waits_must_be_refused_in_its_own_time_when_a_send_has_waited_longer()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        await events.ExpectMsgAsync<Msg.Queued>();
        await AdvanceAsync(Above, TimeSpan.FromSeconds(1));
        Ask(OfferOf(Di, "a"));
        await AdvanceAsync(Above, TimeSpan.FromSeconds(30));
        await RefusedAsync("offer-a");
        await HeardNothingAsync(events, Above);
        await AdvanceAsync(Above, TimeSpan.FromSeconds(29));
        await events.FishForMessageAsync<Msg.Ended>(_ => true);
    }

    [Fact]
    public async Task Offer_that_waits_must_conflict_with_its_repetition_and_take_no_streamhosts()
    {
        await FullAsync();
        Ask(OfferOf(Bo, SessionId));
        Ask(OfferOf(Bo, SessionId));
        Assert.Equal(ErrorConditions.Conflict, (await ReplyAsync()).Error?.Condition);
        Ask(StreamhostsOf("s1"));
        Assert.Equal(ErrorConditions.NotAcceptable, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Drain_must_end_those_that_wait()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        Ask(OfferOf(Di, "a"));
        Above.Tell(new Msg.Drain(), TestActor);
        var ended = await events.FishForMessageAsync<Msg.Ended>(_ => true);
        Fails(ended.Outcome, TransferState.Offer, TransferSide.Local, FailureReason.Overloaded);
        await RefusedAsync("offer-a");
        Above.Tell(new Msg.Cancel(_first));
        Above.Tell(new Msg.Cancel(_second));
        await ExpectMsgAsync<Msg.Drained>();
    }

    [Fact]
    public async Task Metrics_must_tell_how_many_wait_and_which_limit_refused()
    {
        using var meter = new MetricSums();
        await FullAsync();
        await SentAsync(Di);
        Ask(OfferOf(Di, "a"));
        Ask(OfferOf(Cy, "b"));
        await RefusedAsync("offer-b");
        Assert.True(meter.Of("actortransfer.transfers.queued", "initiator") >= 1);
        Assert.True(meter.Of("actortransfer.transfers.queued", "target") >= 1);
        Assert.True(meter.Of("actortransfer.transfers.refused", $"target {AdmissionLimit.Active}") >= 1);
    }

    private async Task ReadyAsync()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
    }

    /// <summary>The first and the second transfer are active.</summary>
    private async Task FullAsync()
    {
        await ReadyAsync();
        (_first, _) = await SentAsync(Bo);
        await AskedAsync();
        (_second, _) = await SentAsync(Cy);
        await AskedAsync();
    }

    private async Task<(TransferId Id, TestProbe Events)> SentAsync(Jid to)
    {
        var events = CreateTestProbe();
        Above.Tell(new Msg.Send("north", null, to, new NoContent(), events.Ref), TestActor);
        return ((await ExpectMsgAsync<Msg.Started>()).Id, events);
    }

    private async Task<Connection.Ask> AskedAsync() => await Connection.ExpectMsgAsync<Connection.Ask>();

    private async Task RefusedAsync(string id)
    {
        var answer = await ReplyAsync();
        Assert.Equal((id, ErrorType.Wait, ErrorConditions.ResourceConstraint), (answer.Id, answer.Error?.Type, answer.Error?.Condition));
    }
}
