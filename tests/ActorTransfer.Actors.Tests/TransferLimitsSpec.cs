using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Limits: two active transfers, one with each peer; one queued send and one queued offer.</summary>
public sealed class TransferLimitsSpec() : TransferTest(
    """
    transfers {
      max-active = 2, max-per-peer = 1, max-queued-sends = 1, max-queued-offers = 1
      send-queue-timeout = 60s, offer-queue-timeout = 30s, max-offers-per-peer = 2, max-pending-offers = 2
    }
    """)
{
    private static readonly Jid Cy = Jid.Parse("cy@west.example/x");
    private static readonly Jid Di = Jid.Parse("di@west.example/x");

    private TransferId _first;
    private TransferId _second;

    [Fact]
    public async Task Send_beyond_the_limit_of_active_transfers_must_be_queued_and_start_when_another_ends()
    {
        await FullAsync();
        var (waiting, events) = await SentAsync(Di);
        Assert.Equal(new Msg.Queued(waiting, AdmissionLimit.Active), await events.ExpectMsgAsync<Msg.Queued>());
        Above.Tell(new Msg.Cancel(_first));
        Assert.Equal(TransferState.Offer, (await events.ExpectMsgAsync<Msg.Entered>()).State);
        Assert.Equal(Di, (await AskedAsync()).To);
    }

    [Fact]
    public async Task Send_beyond_the_limit_of_its_peer_must_be_queued_while_others_start()
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
    public async Task Send_must_be_refused_when_the_queue_of_sends_is_full()
    {
        await FullAsync();
        await SentAsync(Di);
        Above.Tell(new Msg.Send("north", null, Cy, new NoContent(), Observer.Ref), TestActor);
        var refused = await ExpectMsgAsync<Msg.NotStarted>();
        Assert.Equal(FailureReason.Overloaded, refused.Reason);
        Assert.Contains("max-queued-sends", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queued_send_must_fail_when_its_queue_timeout_is_over()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        await events.ExpectMsgAsync<Msg.Queued>();
        await AdvanceAsync(Above, TimeSpan.FromSeconds(60) - Tick);
        await ExpectNoMessageAsync(events, Above);
        await AdvanceAsync(Above, Tick);
        await events.ExpectMsgAsync<Msg.Entered>();
        Fails((await events.ExpectMsgAsync<Msg.Ended>()).Outcome, TransferState.Offer, TransferSide.Local, FailureReason.Overloaded);
        Above.Tell(new Msg.Cancel(_first));
        await ExpectNoMessageAsync(events, Above);
    }

    [Fact]
    public async Task Cancelled_queued_send_must_end_and_free_its_place_in_the_queue()
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
    public async Task Queued_send_must_fail_when_the_login_of_its_account_is_refused()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        Above.Tell(new Connection.Lost("north", "refused", ForGood: true));
        var ended = await events.FishForMessageAsync<Msg.Ended>(_ => true);
        Fails(ended.Outcome, TransferState.Offer, TransferSide.Server, FailureReason.LinkLost);
    }

    [Fact]
    public async Task Offer_beyond_the_limit_of_active_transfers_must_be_queued_before_the_application_sees_it()
    {
        await FullAsync();
        Ask(OfferOf(Di, "a"));
        await ExpectNoMessageAsync(Offers, Above);
        Above.Tell(new Msg.Cancel(_first));
        Assert.Equal(Di, (await Offers.ExpectMsgAsync<Msg.Offered>()).Peer);
    }

    [Fact]
    public async Task Offer_beyond_the_limit_of_its_peer_must_be_queued_for_that_peer()
    {
        await ReadyAsync();
        Ask(OfferOf(Bo, "a"));
        var first = await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(OfferOf(Bo, "b"));
        await ExpectNoMessageAsync(Offers, Above);
        Above.Tell(new Msg.Decline(first.Id, null));
        Assert.Equal(ErrorConditions.Forbidden, (await ReplyAsync()).Error?.Condition);
        await Offers.ExpectMsgAsync<Msg.Offered>();
    }

    [Fact]
    public async Task Offer_must_be_refused_when_the_queue_of_offers_is_full()
    {
        await FullAsync();
        Ask(OfferOf(Di, "a"));
        Ask(OfferOf(Cy, "b"));
        await RefusedAsync("offer-b");
    }

    [Fact]
    public async Task Offer_beyond_the_limit_of_pending_offers_must_be_refused_until_a_decision_is_made()
    {
        await ReadyAsync();
        Ask(OfferOf(Bo, "a"));
        var first = await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(OfferOf(Bo, "b")); // queued by its peer's limit
        Ask(OfferOf(Di, "c"));
        await RefusedAsync("offer-c");
        Above.Tell(new Msg.Accept(first.Id, new FolderDestination(Folder), Observer.Ref));
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        await Observer.FishForMessageAsync<Msg.Entered>(entered => entered.State == TransferState.Accepted); // the transfers actor has handled the decision
        Ask(OfferOf(Di, "d"));
        Assert.Equal(Di, (await Offers.ExpectMsgAsync<Msg.Offered>()).Peer);
    }

    [Fact]
    public async Task Queued_offer_must_be_refused_when_its_queue_timeout_is_over()
    {
        await FullAsync();
        Ask(OfferOf(Di, "a"));
        await AdvanceAsync(Above, TimeSpan.FromSeconds(30) - Tick);
        await ExpectNoMessageAsync(Connection, Above);
        await AdvanceAsync(Above, Tick);
        await RefusedAsync("offer-a");
        Above.Tell(new Msg.Cancel(_first));
        await ExpectNoMessageAsync(Offers, Above);
    }

    [Fact]
    public async Task Queued_offer_must_be_refused_at_its_own_timeout_also_behind_a_queued_send()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        await events.ExpectMsgAsync<Msg.Queued>();
        await AdvanceAsync(Above, TimeSpan.FromSeconds(1));
        Ask(OfferOf(Di, "a"));
        await AdvanceAsync(Above, TimeSpan.FromSeconds(30));
        await RefusedAsync("offer-a");
        await ExpectNoMessageAsync(events, Above);
        await AdvanceAsync(Above, TimeSpan.FromSeconds(29));
        await events.FishForMessageAsync<Msg.Ended>(_ => true);
    }

    [Fact]
    public async Task Queued_offer_must_refuse_its_repetition_as_conflict_and_accept_no_streamhosts()
    {
        await FullAsync();
        Ask(OfferOf(Bo, SessionId));
        Ask(OfferOf(Bo, SessionId) with { Id = "another" });
        Assert.Equal(ErrorConditions.Conflict, (await ReplyAsync()).Error?.Condition);
        Ask(StreamhostsOf("s1"));
        Assert.Equal(ErrorConditions.NotAcceptable, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Drain_must_end_queued_sends_and_offers()
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
    public async Task Reload_must_start_queued_transfers_within_a_raised_limit_and_leave_active_ones_above_a_lowered_one()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        await events.ExpectMsgAsync<Msg.Queued>();
        Reload("max-active = 3");
        Assert.Equal(TransferState.Offer, (await events.ExpectMsgAsync<Msg.Entered>()).State);
        Assert.Equal(Di, (await AskedAsync()).To);
        Reload("max-active = 1");
        Above.Tell(new Msg.GetActive(), TestActor);
        Assert.Equal(3, (await ExpectMsgAsync<Msg.Active>()).Ids.Length);
        var (_, next) = await SentAsync(Bo);
        await next.ExpectMsgAsync<Msg.Queued>();
        Above.Tell(new Msg.Cancel(_first));
        Above.Tell(new Msg.Cancel(_second));
        await ExpectNoMessageAsync(next, Above);
    }

    [Fact]
    public async Task Reload_must_change_the_timeouts_of_queued_transfers_and_the_limit_of_pending_offers()
    {
        await FullAsync();
        var (_, events) = await SentAsync(Di);
        await events.ExpectMsgAsync<Msg.Queued>();
        Reload("max-active = 2, send-queue-timeout = 5s, max-offers-per-peer = 1");
        Ask(OfferOf(Di, "a"));
        Ask(OfferOf(Di, "b"));
        await RefusedAsync("offer-b");
        await AdvanceAsync(Above, TimeSpan.FromSeconds(5));
        var ended = await events.FishForMessageAsync<Msg.Ended>(_ => true);
        Fails(ended.Outcome, TransferState.Offer, TransferSide.Local, FailureReason.Overloaded);
    }

    [Fact]
    public async Task Metrics_must_count_queued_transfers_and_refusals_by_limit()
    {
        using var meter = new MetricSums(Sys);
        await FullAsync();
        await SentAsync(Di);
        Ask(OfferOf(Di, "a"));
        Ask(OfferOf(Cy, "b"));
        await RefusedAsync("offer-b");
        Assert.True(meter.Of("actortransfer.transfers.queued", "initiator") == 1);
        Assert.True(meter.Of("actortransfer.transfers.queued", "target") == 1);
        Assert.True(meter.Of("actortransfer.transfers.refused", "target active") == 1);
    }

    [Fact]
    public async Task Pause_of_a_queued_send_must_be_reported_and_hold_when_it_begins()
    {
        await FullAsync();
        var (waiting, events) = await SentAsync(Di);
        await events.ExpectMsgAsync<Msg.Queued>();
        Above.Tell(new Msg.Pause(waiting));
        Assert.Equal(new Msg.Paused(waiting, IsPaused: true), await events.ExpectMsgAsync<Msg.Paused>());
        Above.Tell(new Msg.Cancel(_first));
        await events.ExpectMsgAsync<Msg.Entered>();
        await events.ExpectMsgAsync<Msg.SignallingSelected>();
        Assert.True((await events.ExpectMsgAsync<Msg.Paused>()).IsPaused);
    }

    private void Reload(string limits) => Above.Tell(new Msg.Reload(Settings("transfers { max-queued-sends = 1, max-queued-offers = 1, " + limits + " }")));

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
