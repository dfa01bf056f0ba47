using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Offers of peers, until the application decides.</summary>
public sealed class TransfersOfferSpec : TransfersActorTest
{
    [Fact]
    public async Task Offers_before_the_subscription_must_be_delivered_to_the_subscriber_in_their_order()
    {
        await UpAsync();
        Ask(OfferOf(Bo, "a"));
        Ask(OfferOf(Bo, "b"));
        Above.Tell(new Msg.GetActive(), TestActor);
        foreach (var transfer in (await ExpectMsgAsync<Msg.Active>()).Ids)
        {
            await StillRunsAsync(await ActorOfAsync(transfer)); // it has reported its offer
        }

        await StillRunsAsync(Above);
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        var (first, second) = (await Offers.ExpectMsgAsync<Msg.Offered>(), await Offers.ExpectMsgAsync<Msg.Offered>());
        Assert.True(first.Id.Value < second.Id.Value);
        Above.Tell(new Msg.Accept(first.Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        Assert.Equal((IqType.Result, "offer-a"), await HeadAsync());
    }

    [Fact]
    public async Task Offers_without_a_subscriber_must_be_limited_and_time_out()
    {
        await UpAsync();
        foreach (var session in new[] { "a", "b", "c" })
        {
            Ask(OfferOf(Bo, session));
        }

        Assert.Equal(ErrorConditions.ResourceConstraint, await RefusalAsync("offer-c"));
        await AdvanceAsync(Above, TimeSpan.FromMinutes(10));
        Assert.Equal(ErrorConditions.Forbidden, (await ReplyAsync()).Error?.Condition);
        Assert.Equal(ErrorConditions.Forbidden, (await ReplyAsync()).Error?.Condition);
        await EventuallyAsync(() => ActiveCount() == 0, "the offers did not time out");
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        await ExpectNoMessageAsync(Offers, Above);
    }

    [Fact]
    public async Task Offer_that_is_accepted_after_its_end_must_have_the_outcome_that_it_had()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Connections.Connection.Lost("north", "test", ForGood: false), Connection.Ref);
        await Offers.ExpectMsgAsync<Msg.Withdrawn>();
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        Assert.Equal(FailureReason.LinkLost, Assert.IsType<TransferOutcome.Failed>(await EndedAsync()).Reason);

        Ask(OfferOf(Bo, "b"));
        offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        await AdvanceAsync(Above, TimeSpan.FromMinutes(10));
        await Offers.ExpectMsgAsync<Msg.Withdrawn>();
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        var failed = Assert.IsType<TransferOutcome.Failed>(await EndedAsync());
        Assert.Equal((FailureReason.Timeout, TransferSide.Local), (failed.Reason, failed.Side));
    }

    [Fact]
    public async Task Offers_must_be_refused_after_the_subscriber_has_stopped()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Watch(Offers.Ref);
        Sys.Stop(Offers.Ref);
        await ExpectTerminatedAsync(Offers.Ref);
        await ExpectRefusalsAsync();
    }

    [Fact]
    public async Task Offer_with_the_id_of_an_active_session_must_be_refused_as_conflict()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(OfferOf(Bo, "a") with { Id = "another" });
        Assert.Equal(ErrorConditions.Conflict, await RefusalAsync("another"));
    }

    [Fact]
    public async Task Repeated_stanza_of_a_pending_offer_must_not_disturb_the_first()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(OfferOf(Bo, "a"));
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        var reply = await ReplyAsync();
        Assert.Equal((IqType.Result, "offer-a"), (reply.Type, reply.Id));
    }

    [Fact]
    public async Task Undecided_offers_of_one_peer_must_be_limited()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        Ask(OfferOf(Bo.Bare.WithResource("other"), "b"));
        var first = await Offers.ExpectMsgAsync<Msg.Offered>();
        await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(OfferOf(Bo, "c"));
        Assert.Equal(ErrorConditions.ResourceConstraint, await RefusalAsync("offer-c"));

        Ask(OfferOf(Jid.Parse("eve@south.example/x"), "c"));
        await Offers.ExpectMsgAsync<Msg.Offered>();

        Above.Tell(new Msg.Accept(first.Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        Ask(OfferOf(Bo, "d"));
        await Offers.ExpectMsgAsync<Msg.Offered>();
    }

    [Fact]
    public async Task Malformed_offers_and_gets_must_be_refused()
    {
        await SubscribedAsync();
        Ask(Iq.Set("1", Ada, new XmlElement(Namespaces.StreamInitiation, "si"), Bo));
        Assert.Equal(ErrorConditions.BadRequest, await RefusalAsync("1"));
        Ask(Iq.Get("2", Ada, new XmlElement(Namespaces.StreamInitiation, "si"), Bo));
        Assert.Equal(ErrorConditions.ServiceUnavailable, await RefusalAsync("2"));
    }

    [Fact]
    public async Task Offer_without_a_known_method_must_be_refused_without_asking_the_application()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a", methods: [Namespaces.Oob]));
        var answer = await ReplyAsync();
        Assert.Equal(SiErrors.NoValidStreams, answer.Error);
        await Offers.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Decline_must_be_confirmed_when_it_is_sent_and_reported_when_there_is_no_pending_offer()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Decline(offered.Id, "no") { ReplyTo = TestActor });
        Assert.Equal(new Msg.Declined(offered.Id, IsDone: true), await ExpectMsgAsync<Msg.Declined>());
        Assert.Equal(ErrorConditions.Forbidden, await RefusalAsync("offer-a"));
        Above.Tell(new Msg.Decline(offered.Id, "no") { ReplyTo = TestActor });
        Assert.Equal(new Msg.Declined(offered.Id, IsDone: false), await ExpectMsgAsync<Msg.Declined>());

        Ask(OfferOf(Bo, "b"));
        var taken = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Accept(taken.Id, new FolderDestination(Folder), Observer.Ref));
        Above.Tell(new Msg.Decline(taken.Id, "no") { ReplyTo = TestActor });
        Assert.Equal(new Msg.Declined(taken.Id, IsDone: false), await ExpectMsgAsync<Msg.Declined>());
        await EnteredAsync(TransferState.Accepted);
    }

    [Fact]
    public async Task Second_acceptance_must_not_redirect_the_events_of_the_first()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        var late = CreateTestProbe();
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), Observer.Ref));
        Above.Tell(new Msg.Accept(offered.Id, new FolderDestination(Folder), late.Ref));
        await EnteredAsync(TransferState.Accepted);
        Above.Tell(new Msg.Cancel(offered.Id));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Accepted, TransferSide.Local), await EndedAsync());
        await ExpectNoMessageAsync(late, Above);
    }

    [Fact]
    public async Task Offer_that_times_out_must_be_withdrawn_and_one_declined_for_now_refused_with_a_wait_error()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        var first = await Offers.ExpectMsgAsync<Msg.Offered>();
        await AdvanceAsync(Above, TimeSpan.FromMinutes(10));
        Assert.Equal(new Msg.Withdrawn(first.Id), await Offers.ExpectMsgAsync<Msg.Withdrawn>());
        Assert.Equal(ErrorConditions.Forbidden, await RefusalAsync("offer-a"));

        Ask(OfferOf(Bo, "b"));
        var second = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Decline(second.Id, "full") { ForNow = true });
        var answer = await ReplyAsync();
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint, "full"), (answer.Error?.Type, answer.Error?.Condition, answer.Error?.Text));
        await ExpectNoMessageAsync(Offers, Above);
    }

    private async Task ExpectRefusalsAsync()
    {
        Ask(OfferOf(Bo, "a"));
        Assert.Contains(await RefusalAsync("offer-a"), new[] { ErrorConditions.ServiceUnavailable, ErrorConditions.Forbidden });
        Ask(OfferOf(Bo, "b"));
        Assert.Contains(await RefusalAsync("offer-b"), new[] { ErrorConditions.ServiceUnavailable, ErrorConditions.Forbidden });
    }
}
