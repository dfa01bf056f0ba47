using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.FileTransfer;
using Akka.Actor;
using Akka.TestKit;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Sends that are requested while their account has no connection.</summary>
public sealed class TransferOfflineSpec() : TransferTest("transfers { max-active = 2, max-queued-sends = 3, offline-timeout = 90s, send-queue-timeout = 60s }")
{
    private static readonly Jid Elsewhere = Jid.Parse("ada@north.example/other");

    [Fact]
    public async Task Send_before_the_first_login_must_be_queued_and_use_the_JID_that_the_login_binds()
    {
        var (id, events) = await SentAsync(Bo);
        Assert.Equal(new Msg.Queued(id, AdmissionLimit.Connection), await events.ExpectMsgAsync<Msg.Queued>());
        await UpAsync();
        var entered = await events.ExpectMsgAsync<Msg.Entered>();
        Assert.Equal((TransferState.Offer, Ada), (entered.State, entered.Self));
        var asked = await Connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((Ada, Bo), (asked.From, asked.To));
    }

    [Fact]
    public async Task Sends_without_a_connection_must_be_queued_in_order_and_start_up_to_the_limit()
    {
        await UpAsync();
        Above.Tell(Lost("cut"));
        var sent = new List<(TransferId Id, TestProbe Events)>();
        for (var i = 0; i < 3; i++)
        {
            sent.Add(await SentAsync(Bo.Bare.WithResource($"r{i}")));
            await sent[i].Events.ExpectMsgAsync<Msg.Queued>();
        }

        Above.Tell(Lost("still down"));
        Above.Tell(new Connection.Up("north", Elsewhere));
        Assert.Equal(Elsewhere, (await sent[0].Events.ExpectMsgAsync<Msg.Entered>()).Self);
        await sent[1].Events.ExpectMsgAsync<Msg.Entered>();
        Assert.Equal(new Msg.Queued(sent[2].Id, AdmissionLimit.Active), await sent[2].Events.ExpectMsgAsync<Msg.Queued>());
        Above.Tell(new Msg.Cancel(sent[0].Id));
        await sent[2].Events.ExpectMsgAsync<Msg.Entered>();
    }

    [Fact]
    public async Task Queued_send_must_wait_for_the_connection_when_that_is_lost()
    {
        await UpAsync();
        await SentAsync(Bo.Bare.WithResource("a"));
        await SentAsync(Bo.Bare.WithResource("b"));
        var (id, events) = await SentAsync(Bo);
        Assert.Equal(AdmissionLimit.Active, (await events.ExpectMsgAsync<Msg.Queued>()).Limit);
        Above.Tell(Lost("cut"));
        Assert.Equal(new Msg.Queued(id, AdmissionLimit.Connection), await events.ExpectMsgAsync<Msg.Queued>());
        await AdvanceAsync(Above, TimeSpan.FromSeconds(60));
        await ExpectNoMessageAsync(events, Above);
    }

    [Fact]
    public async Task Send_must_fail_when_there_is_no_connection_within_the_offline_timeout()
    {
        var (_, first) = await SentAsync(Bo);
        await first.ExpectMsgAsync<Msg.Queued>();
        await AdvanceAsync(Above, TimeSpan.FromSeconds(30));
        Above.Tell(Lost("cannot connect to 127.0.0.1:5222"));
        var (_, second) = await SentAsync(Bo);
        await second.ExpectMsgAsync<Msg.Queued>();
        await AdvanceAsync(Above, TimeSpan.FromSeconds(60) - Tick);
        await ExpectNoMessageAsync(first, Above);
        await AdvanceAsync(Above, Tick);
        var outcome = (await first.ExpectMsgAsync<Msg.Ended>()).Outcome;
        Fails(outcome, TransferState.Offer, TransferSide.Server, FailureReason.LinkLost);
        Assert.Contains("cannot connect to 127.0.0.1:5222", Assert.IsType<TransferOutcome.Failed>(outcome).Detail, StringComparison.Ordinal);
        await ExpectNoMessageAsync(second, Above);
        await AdvanceAsync(Above, TimeSpan.FromSeconds(30));
        Fails((await second.ExpectMsgAsync<Msg.Ended>()).Outcome, TransferState.Offer, TransferSide.Server, FailureReason.LinkLost);
        await UpAsync();
        await Connection.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Queued_and_new_sends_must_fail_when_the_login_of_the_account_is_refused()
    {
        var (_, events) = await SentAsync(Bo);
        await events.ExpectMsgAsync<Msg.Queued>();
        Above.Tell(Lost("wrong password", refused: true));
        Fails((await events.ExpectMsgAsync<Msg.Ended>()).Outcome, TransferState.Offer, TransferSide.Server, FailureReason.LinkLost);

        Above.Tell(new Msg.Send("north", null, Bo, new NoContent(), Observer.Ref), TestActor);
        var refused = await ExpectMsgAsync<Msg.NotStarted>();
        Assert.Equal(FailureReason.LinkLost, refused.Reason);
        Assert.Contains("wrong password", refused.Detail, StringComparison.Ordinal);

        Above.Tell(new Connection.Up("north", Ada));
        await SentAsync(Bo);
    }

    [Fact]
    public async Task Queued_send_must_end_when_it_is_cancelled_or_the_engine_drains()
    {
        var (id, events) = await SentAsync(Bo);
        var (_, other) = await SentAsync(Bo);
        Above.Tell(new Msg.Cancel(id));
        Assert.Equal(
            new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local), (await events.FishForMessageAsync<Msg.Ended>(_ => true)).Outcome);
        Above.Tell(new Msg.Drain(), TestActor);
        Fails((await other.FishForMessageAsync<Msg.Ended>(_ => true)).Outcome, TransferState.Offer, TransferSide.Local, FailureReason.Overloaded);
        await ExpectMsgAsync<Msg.Drained>();
    }

    [Fact]
    public async Task Number_of_queued_sends_must_be_limited()
    {
        for (var i = 0; i < 3; i++)
        {
            await SentAsync(Bo);
        }

        Above.Tell(new Msg.Send("north", null, Bo, new NoContent(), Observer.Ref), TestActor);
        var refused = await ExpectMsgAsync<Msg.NotStarted>();
        Assert.Equal(FailureReason.Overloaded, refused.Reason);
        Assert.Contains("max-queued-sends", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_that_cannot_succeed_must_not_be_queued()
    {
        Above.Tell(new Msg.Send("elsewhere", null, Bo, new NoContent(), Observer.Ref), TestActor);
        Assert.Equal(FailureReason.LinkLost, (await ExpectMsgAsync<Msg.NotStarted>()).Reason);
    }

    private static Connection.Lost Lost(string why, bool refused = false) => new("north", why, refused);

    private async Task<(TransferId Id, TestProbe Events)> SentAsync(Jid to)
    {
        var events = CreateTestProbe();
        Above.Tell(new Msg.Send("north", null, to, new NoContent(), events.Ref), TestActor);
        return ((await ExpectMsgAsync<Msg.Started>()).Id, events);
    }
}
