using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Accounts that are opened and closed while transfers of others run.</summary>
public sealed class TransfersAccountSpec() : TransferTest("transfers { max-active = 4 }")
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Opened_account_must_serve_offers_and_sends()
    {
        await UpAsync();
        var south = await OpenAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Above.Tell(new Connection.Requested(OfferOf(Bo, "a")), south.Ref);
        Assert.Equal(Bo, (await Offers.ExpectMsgAsync<Msg.Offered>()).Peer);
        await SendAsync("south");
        Assert.Equal(Bo, (await south.FishForMessageAsync<Connection.Ask>(_ => true)).To);
    }

    /// <summary>What is left from another process is handled once there are handlers.</summary>
    [Fact]
    public async Task Connection_must_take_over_what_is_left_behind_its_handlers()
    {
        var south = CreateTestProbe();
        var takeOver = new Connection.TakeOver(SessionHandOver.None);
        Above.Tell(new Msg.OpenAccount(new Account("south", south.Ref, Proxies.Ref, Contacts.Ref)) { TakeOver = takeOver });
        for (var handler = 0; handler < 4; handler++)
        {
            await south.ExpectMsgAsync<Connection.Serve>();
        }

        await south.ExpectMsgAsync<Connection.Subscribe>();
        Assert.Same(takeOver, await south.ExpectMsgAsync<Connection.TakeOver>());
    }

    [Fact]
    public async Task Close_must_refuse_what_is_new_end_what_is_queued_and_wait_for_active_transfers()
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Ask(OfferOf(Bo, "pending"));
        var pending = await Offers.ExpectMsgAsync<Msg.Offered>();
        var (active, _) = await SendAsync("north");
        var south = await OpenAsync(isUp: false);
        var (_, queued) = await SendAsync("south");
        await queued.ExpectMsgAsync<Msg.Queued>();

        Close("north");
        Assert.Equal(ErrorConditions.ResourceConstraint, (await Connection.FishForMessageAsync<Connection.Reply>(_ => true)).Answer.Error?.Condition);
        Assert.Equal(pending.Id, (await Offers.ExpectMsgAsync<Msg.Withdrawn>()).Id);
        Ask(OfferOf(Bo, "later"));
        Assert.Equal(ErrorConditions.ResourceConstraint, (await Connection.FishForMessageAsync<Connection.Reply>(_ => true)).Answer.Error?.Condition);
        Above.Tell(new Msg.Send("north", null, Bo, new NoContent(), Observer.Ref), TestActor);
        Assert.Contains("being closed", (await ExpectMsgAsync<Msg.NotStarted>()).Detail, StringComparison.Ordinal);
        await StillRunsAsync(Above);
        Assert.False(HasMessages);

        Close("south");
        Fails((await queued.FishForMessageAsync<Msg.Ended>(_ => true)).Outcome, TransferState.Offer, TransferSide.Server, FailureReason.LinkLost);
        Assert.Equal(new Msg.AccountClosed("south"), await ExpectMsgAsync<Msg.AccountClosed>());
        Above.Tell(new Msg.Cancel(active));
        Assert.Equal(new Msg.AccountClosed("north"), await ExpectMsgAsync<Msg.AccountClosed>());

        Above.Tell(new Msg.Send("north", null, Bo, new NoContent(), Observer.Ref), TestActor);
        Assert.Contains("There is no connection", (await ExpectMsgAsync<Msg.NotStarted>()).Detail, StringComparison.Ordinal);
        Above.Tell(new Connection.Up("south", Ada), south.Ref); // too late
        await StillRunsAsync(Above);
    }

    [Fact]
    public async Task Transfers_that_do_not_end_in_time_must_be_cancelled_those_of_other_accounts_not()
    {
        await UpAsync();
        await OpenAsync();
        var (_, north) = await SendAsync("north");
        var (other, _) = await SendAsync("south");
        Close("north");
        await AdvanceAsync(Above, Limit - Tick);
        await StillRunsAsync(Above);
        Assert.False(HasMessages);
        await AdvanceAsync(Above, Tick);
        Assert.Equal(
            new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local) { Reason = "the account is being closed" },
            (await north.FishForMessageAsync<Msg.Ended>(_ => true)).Outcome);
        Assert.Equal(new Msg.AccountClosed("north"), await ExpectMsgAsync<Msg.AccountClosed>());
        Above.Tell(new Msg.GetActive(), TestActor);
        Assert.Equal(other, Assert.Single((await ExpectMsgAsync<Msg.Active>()).Ids));
    }

    /// <summary>The next node gets what does not begin here. The application decides on the others, whose peers may have had a response.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Account_that_moves_must_return_new_and_queued_offers_and_end_what_has_begun(bool isNodeLeaving)
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        var moves = false;
        var south = await OpenAsync(moves: () => moves);
        Above.Tell(new Connection.Requested(OfferOf(Bo, "1")), south.Ref);
        var shown = await Offers.ExpectMsgAsync<Msg.Offered>();
        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SendAsync("south")));
        var queued = OfferOf(Bo, "2");
        Above.Tell(new Connection.Requested(queued), south.Ref);
        moves = true;
        if (isNodeLeaving)
        {
            Above.Tell(new Msg.Drain(Limit) { IsFinal = true }, TestActor);
        }

        Close("south");
        Assert.Equal(queued, (await ReturnedAsync(south)).Request);
        var late = OfferOf(Bo, "3");
        Above.Tell(new Connection.Requested(late), south.Ref);
        Assert.Equal(late, (await ReturnedAsync(south)).Request);
        Assert.False(Offers.HasMessages);

        Above.Tell(new Msg.Decline(shown.Id, "no"));
        Assert.Equal("offer-1", (await south.FishForMessageAsync<Connection.Reply>(_ => true)).Answer.Id);
        Array.ForEach(others, other => Above.Tell(new Msg.Cancel(other.Id)));
        await FishForMessageAsync<Msg.AccountClosed>(_ => true);
        Above.Tell(new Connection.Requested(late), south.Ref);
        Assert.Equal(late, (await ReturnedAsync(south)).Request);
    }

    [Fact]
    public async Task Account_of_the_same_name_must_be_usable_after_the_first_was_closed()
    {
        await UpAsync();
        Close("north");
        await ExpectMsgAsync<Msg.AccountClosed>();
        var again = await OpenAsync("north");
        await SendAsync("north");
        Assert.Equal(Bo, (await again.FishForMessageAsync<Connection.Ask>(_ => true)).To);
        Advance(Limit); // of the first
        Above.Tell(new Msg.GetActive(), TestActor);
        Assert.Single((await ExpectMsgAsync<Msg.Active>()).Ids);
    }

    private async Task<TestProbe> OpenAsync(string name = "south", bool isUp = true, Func<bool>? moves = null)
    {
        var connection = CreateTestProbe();
        Above.Tell(new Msg.OpenAccount(new Account(name, connection.Ref, Proxies.Ref, Contacts.Ref) { Moves = moves ?? (() => false) }));
        await connection.FishForMessageAsync<Connection.Subscribe>(_ => true);
        if (isUp)
        {
            Above.Tell(new Connection.Up(name, Ada), connection.Ref);
        }

        return connection;
    }

    private static Task<Connection.Return> ReturnedAsync(TestProbe connection) =>
        connection.FishForMessageAsync<Connection.Return>(_ => true).AsTask();

    private void Close(string name) => Above.Tell(new Msg.CloseAccount(name, Limit), TestActor);

    private async Task<(TransferId Id, TestProbe Events)> SendAsync(string account)
    {
        var events = CreateTestProbe();
        Above.Tell(new Msg.Send(account, null, Bo, new NoContent(), events.Ref), TestActor);
        return ((await ExpectMsgAsync<Msg.Started>()).Id, events);
    }
}
