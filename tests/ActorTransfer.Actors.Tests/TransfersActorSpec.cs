using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

public sealed class TransfersActorSpec : TransfersActorTest
{
    [Fact]
    public async Task Active_transfers_must_be_limited_in_both_directions()
    {
        await SubscribedAsync();
        var offered = new List<TransferId>();
        foreach (var peer in new[] { "a", "b", "c", "d" })
        {
            Ask(OfferOf(Jid.Parse($"{peer}@south.example/x"), peer));
            offered.Add((await Offers.ExpectMsgAsync<Msg.Offered>()).Id);
        }

        Ask(OfferOf(Bo, "e"));
        Assert.Equal(ErrorConditions.ResourceConstraint, await RefusalAsync("offer-e"));
        Assert.Equal(FailureReason.Overloaded, await NotStartedAsync("north", Bo));

        Above.Tell(new Msg.Decline(offered[0], null));
        Assert.Equal(ErrorConditions.Forbidden, await RefusalAsync("offer-a"));
        await EventuallyAsync(() => ActiveCount() == 3, "the declined offer is still active");
        Ask(OfferOf(Bo, "e"));
        await Offers.ExpectMsgAsync<Msg.Offered>();
    }

    [Fact]
    public async Task Send_by_an_unknown_connection_must_not_start()
    {
        await UpAsync();
        Assert.Equal(FailureReason.LinkLost, await NotStartedAsync("elsewhere", Bo));
    }

    /// <summary>The JID of a component is its domain.</summary>
    [Fact]
    public async Task Send_must_offer_to_a_component_at_its_domain()
    {
        await UpAsync();
        var files = Jid.Parse("files.south.example");
        Above.Tell(new Msg.Send("north", null, files, new NoContent(), Observer.Ref), TestActor);
        await ExpectMsgAsync<Msg.Started>();
        var offer = await Connection.FishForMessageAsync<Connection.Ask>(asked => asked.Payload.Namespace == Namespaces.StreamInitiation);
        Assert.Equal(files, offer.To);
    }

    /// <summary>Sends are not queued here (max-queued-sends = 0).</summary>
    [Fact]
    public async Task Send_must_be_refused_while_the_link_is_down()
    {
        await UpAsync();
        Above.Tell(new Connection.Lost("north", "closed", false));
        Assert.Equal(FailureReason.LinkLost, await NotStartedAsync("north", Bo));
    }

    [Fact]
    public async Task Streamhosts_for_an_unknown_session_must_be_refused_as_not_acceptable()
    {
        await SubscribedAsync();
        Ask(StreamhostsOf("s1"));
        Assert.Equal(ErrorConditions.NotAcceptable, await RefusalAsync("s1"));
        Ask(Iq.Set("s2", Ada, new XmlElement(Namespaces.Bytestreams, "query"), Bo));
        Assert.Equal(ErrorConditions.BadRequest, await RefusalAsync("s2"));

        Ask(OfferOf(Bo, SessionId));
        await Offers.ExpectMsgAsync<Msg.Offered>();
        Ask(StreamhostsOf("s3") with { From = Jid.Parse("eve@south.example/x") });
        Assert.Equal(ErrorConditions.NotAcceptable, await RefusalAsync("s3"));
        await Gate.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Drain_must_refuse_offers_and_sends_and_wait_for_active_transfers()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        Ask(OfferOf(Bo, "b"));
        var taken = await Offers.ExpectMsgAsync<Msg.Offered>();
        var pending = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Accept(taken.Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        var (type, accepted) = await HeadAsync();
        Assert.Equal(IqType.Result, type);

        Above.Tell(new Msg.Drain(), TestActor);
        Assert.Equal(ErrorConditions.ResourceConstraint, await RefusalAsync(accepted == "offer-a" ? "offer-b" : "offer-a"));
        Assert.Equal(pending.Id, (await Offers.ExpectMsgAsync<Msg.Withdrawn>()).Id);
        Ask(OfferOf(Bo, "c"));
        Assert.Equal(ErrorConditions.ResourceConstraint, await RefusalAsync("offer-c"));
        Assert.Equal(FailureReason.Overloaded, await NotStartedAsync("north", Bo));
        Assert.False(HasMessages);

        Above.Tell(new Msg.Cancel(taken.Id));
        await ExpectMsgAsync<Msg.Drained>();
    }

    [Fact]
    public async Task Drain_timeout_must_cancel_active_transfers()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        var taken = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Accept(taken.Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        Above.Tell(new Msg.Drain(TimeSpan.FromSeconds(20)), TestActor);
        await AdvanceAsync(Above, TimeSpan.FromSeconds(19));
        await StillRunsAsync(Above);
        Assert.False(HasMessages);
        await AdvanceAsync(Above, TimeSpan.FromSeconds(1));
        await ExpectMsgAsync<Msg.Drained>();
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Accepted, TransferSide.Local) { Reason = "shutting down" }, await EndedAsync());
    }

    [Fact]
    public async Task Drain_must_be_ended_by_request_unless_the_application_stops()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        var taken = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Accept(taken.Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        await HeadAsync();
        Above.Tell(new Msg.Drain(TimeSpan.FromSeconds(20)), TestActor);
        Above.Tell(new Msg.EndDrain(), TestActor);
        Assert.True((await ExpectMsgAsync<Msg.Drained>()).IsInterrupted);
        Assert.Equal(new Msg.Status(1, IsDraining: false), await ExpectMsgAsync<Msg.Status>());
        await AdvanceAsync(Above, TimeSpan.FromSeconds(20)); // cancels nothing
        Ask(OfferOf(Bo, "b"));
        await Offers.ExpectMsgAsync<Msg.Offered>();

        Above.Tell(new Msg.Drain { IsFinal = true }, TestActor);
        Above.Tell(new Msg.EndDrain(), TestActor);
        Assert.True((await ExpectMsgAsync<Msg.Status>()).IsDraining);
        Above.Tell(new Msg.Drain(TimeSpan.Zero), TestActor);
        await AdvanceAsync(Above, TimeSpan.FromMilliseconds(1));
        Assert.False((await ExpectMsgAsync<Msg.Drained>()).IsInterrupted);
        Assert.False((await ExpectMsgAsync<Msg.Drained>()).IsInterrupted);
    }

    [Fact]
    public async Task Stopped_transfers_actor_must_report_its_transfers_as_failed()
    {
        await UpAsync();
        Above.Tell(new Msg.Send("north", null, Bo, new NoContent(), Observer.Ref), TestActor);
        await ExpectMsgAsync<Msg.Started>();
        await Connection.ExpectMsgAsync<Connection.Ask>();
        Sys.Stop(Above);
        Fails((await Observer.FishForMessageAsync<Msg.Ended>(_ => true)).Outcome, TransferState.Offer, TransferSide.Local, FailureReason.InternalError);
    }

    [Fact]
    public async Task Outcome_of_an_unknown_transfer_must_be_ignored()
    {
        await SubscribedAsync();
        Ask(OfferOf(Bo, "a"));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Above.Tell(new Msg.Ended(new TransferId(-1), new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local)));
        Above.Tell(new Msg.GetActive(), TestActor);
        Assert.Equal(offered.Id, Assert.Single((await ExpectMsgAsync<Msg.Active>()).Ids));
    }
}
