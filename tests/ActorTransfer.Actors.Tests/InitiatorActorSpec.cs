using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

public sealed class InitiatorActorSpec : InitiatorActorTest
{
    [Theory]
    [InlineData(Stage.Offer, 600_000, TransferState.Offer, TransferSide.Peer)]
    [InlineData(Stage.Accepted, 30_000, TransferState.Accepted, TransferSide.Server)]
    [InlineData(Stage.ProxyDiscovered, 5_000, TransferState.ProxyDiscovered, TransferSide.Local)]
    [InlineData(Stage.StreamhostSent, 30_000, TransferState.StreamhostSent, TransferSide.Peer)]
    [InlineData(Stage.Connecting, 30_000, TransferState.StreamhostSent, TransferSide.Proxy)]
    [InlineData(Stage.Connected, 10_000, TransferState.Connected, TransferSide.Proxy)]
    [InlineData(Stage.Activated, 120_000, TransferState.Activated, TransferSide.Peer)]
    [InlineData(Stage.Streaming, 120_000, TransferState.Streaming, TransferSide.Peer)]
    public async Task Initiator_must_time_out_at_the_limit_of_each_state_and_not_before(Stage stop, int milliseconds, TransferState phase, TransferSide side)
    {
        await AdvanceToAsync(stop);
        await AdvanceAsync(_transfer, TimeSpan.FromMilliseconds(milliseconds) - Tick);
        await AdvanceAsync(_transfer, Tick);
        Fails(await EndedAsync(), phase, side, FailureReason.Timeout);
    }

    [Theory]
    [InlineData(Stage.Offer, TransferState.Offer)]
    [InlineData(Stage.Accepted, TransferState.Accepted)]
    [InlineData(Stage.ProxyDiscovered, TransferState.ProxyDiscovered)]
    [InlineData(Stage.StreamhostSent, TransferState.StreamhostSent)]
    [InlineData(Stage.Connecting, TransferState.StreamhostSent)]
    [InlineData(Stage.Connected, TransferState.Connected)]
    [InlineData(Stage.Activated, TransferState.Activated)]
    [InlineData(Stage.Streaming, TransferState.Streaming)]
    public async Task Cancel_must_end_the_initiator_in_every_state(Stage stop, TransferState phase)
    {
        await AdvanceToAsync(stop);
        Above.Tell(new Msg.Cancel(_id));
        Assert.Equal(new TransferOutcome.Cancelled(phase, TransferSide.Local), await EndedAsync());
        if (stop >= Stage.Connected)
        {
            await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task File_for_a_bare_JID_must_be_offered_to_the_resource_that_is_found()
    {
        await UpAsync();
        Above.Tell(new Msg.Send("north", null, Bo.Bare, _content, Observer.Ref), TestActor);
        await ExpectMsgAsync<Msg.Started>();
        var find = await Contacts.ExpectMsgAsync<Connections.Contacts.FindResource>();
        Assert.Equal((Bo.Bare, Signalling.StreamInitiation), (find.Account, find.Signalling));
        await ExpectNoMessageAsync(Connection, Contacts.LastSender);

        Contacts.Reply(new Connections.Contacts.Found(Bo, null));
        Assert.Equal(Bo, (await ExpectRequestAsync(InitiatorRequest.Offer)).To);
        Assert.Equal(TransferState.Offer, (await Observer.ExpectMsgAsync<Msg.Entered>()).State);
        Assert.Equal(Bo, (await Observer.ExpectMsgAsync<Msg.ResourceFound>()).Peer);
        Assert.Equal(Signalling.StreamInitiation, (await Observer.ExpectMsgAsync<Msg.SignallingSelected>()).Signalling);
        Answer(InitiatorRequest.Offer, Error(StanzaError.Forbidden));
        Assert.IsType<TransferOutcome.Refused>(await EndedAsync());
    }

    [Theory]
    [InlineData(FailureReason.PeerOffline, TransferSide.Peer)]
    [InlineData(FailureReason.LinkLost, TransferSide.Server)]
    public async Task File_for_a_bare_JID_without_a_resource_must_not_be_offered(FailureReason reason, TransferSide side)
    {
        await UpAsync();
        Above.Tell(new Msg.Send("north", null, Bo.Bare, _content, Observer.Ref), TestActor);
        await ExpectMsgAsync<Msg.Started>();
        await Contacts.ExpectMsgAsync<Connections.Contacts.FindResource>();
        Contacts.Reply(new Connections.Contacts.NotFound(reason, "why"));
        var outcome = await EndedAsync();
        Fails(outcome, TransferState.Offer, side, reason);
        Assert.Equal("why", ((TransferOutcome.Failed)outcome).Detail);
    }

    [Fact]
    public async Task Search_for_a_resource_must_end_when_the_transfer_is_cancelled()
    {
        await UpAsync();
        Above.Tell(new Msg.Send("north", null, Bo.Bare, _content, Observer.Ref), TestActor);
        var id = (await ExpectMsgAsync<Msg.Started>()).Id;
        await Contacts.ExpectMsgAsync<Connections.Contacts.FindResource>();
        Above.Tell(new Msg.Cancel(id));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local), await EndedAsync());
    }

    [Fact]
    public async Task Initiator_must_send_all_bytes_and_report_every_state()
    {
        _content.Description = new FileDescription("img0545.png", ScriptedContent.Size);
        await AdvanceToAsync(Stage.Activated);
        var received = ReceiveAllAsync();
        _content.Script.Send(new byte[ScriptedContent.Size]);
        _content.Script.Complete();
        Assert.Equal(ScriptedContent.Size, await received);
        Far.Dispose();
        var completed = Assert.IsType<TransferOutcome.Completed>(await EndedAsync());
        Assert.Equal((ScriptedContent.Size, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"), (completed.Bytes, completed.Sha256));
    }

    [Fact]
    public async Task Transferred_bytes_must_restart_the_idle_timer()
    {
        await AdvanceToAsync(Stage.Streaming);
        await AdvanceAsync(_transfer, TimeSpan.FromSeconds(120) - Tick);
        await SendBytesAsync();
        await AdvanceAsync(_transfer, TimeSpan.FromSeconds(120) - Tick);
        await AdvanceAsync(_transfer, Tick);
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.Timeout);
    }

    [Fact]
    public async Task Progress_must_go_from_the_transfer_to_its_observer_directly()
    {
        await AdvanceToAsync(Stage.Streaming);
        await SendBytesAsync();
        Assert.Equal(_transfer, Observer.LastSender);
    }

    [Fact]
    public async Task Initiator_must_use_the_direct_connection_of_the_peer()
    {
        _content.Description = new FileDescription("img0545.png", ScriptedContent.Size);
        await AdvanceToAsync(Stage.StreamhostSent);
        Answer(InitiatorRequest.Streamhosts, Used(Ada));
        await StreamHost.ExpectMsgAsync<DirectStreamHost.Take>();
        StreamHost.Reply(new DirectStreamHost.Taken(Near));
        await EnteredAsync(TransferState.Activated);
        var received = ReceiveAllAsync();
        _content.Script.Send(new byte[ScriptedContent.Size]);
        _content.Script.Complete();
        Assert.Equal(ScriptedContent.Size, await received);
        Far.Dispose();
        Assert.IsType<TransferOutcome.Completed>(await EndedAsync());
    }
}
