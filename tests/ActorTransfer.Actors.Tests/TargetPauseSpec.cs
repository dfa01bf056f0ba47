using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

public sealed class TargetPauseSpec() : TargetTest(honoursCancellation: true)
{
    [Fact]
    public async Task Paused_target_must_not_time_out_and_do_so_again_when_it_continues()
    {
        await AdvanceToAsync(Stage.Streaming);
        await PauseAsync();
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(120));
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(120));
        await StillRunsAsync(Transfer);
        await ResumeAsync();
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(120) - Tick);
        await StillRunsAsync(Transfer);
        await AdvanceAsync(Transfer, Tick);
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.Timeout);
    }

    [Fact]
    public async Task Bytes_of_a_paused_target_must_wait_until_it_continues()
    {
        await AdvanceToAsync(Stage.Connected);
        await PauseAsync();
        Peer.Send(new byte[Size]);
        Peer.Complete();
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(45)); // target.connected
        await ExpectNoMessageAsync(Observer, Transfer);
        await ResumeAsync();
        Assert.Equal(Size, Assert.IsType<TransferOutcome.Completed>(await EndedAsync()).Bytes);
    }

    [Fact]
    public async Task Pause_of_a_pending_offer_must_hold_for_its_bytes_and_be_reported_to_who_accepts_it()
    {
        await AdvanceToAsync(Stage.Offer);
        await PauseAsync(observed: false);
        Above.Tell(new Msg.Accept(Id, new FolderDestination(Folder), Observer.Ref));
        Assert.Equal(Signalling.StreamInitiation, (await Observer.ExpectMsgAsync<Msg.SignallingSelected>()).Signalling);
        Assert.True((await Observer.ExpectMsgAsync<Msg.Paused>()).IsPaused);
        await EnteredAsync(TransferState.Accepted);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(60)); // its other timers run
        Fails(await EndedAsync(), TransferState.Accepted, TransferSide.Peer, FailureReason.Timeout);
    }

    [Fact]
    public async Task Paused_target_must_be_cancelled_as_any_other()
    {
        await AdvanceToAsync(Stage.Streaming);
        await PauseAsync();
        Above.Tell(new Msg.Cancel(Id));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Local), await EndedAsync());
        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Pause_of_an_ended_transfer_must_be_answered()
    {
        Above.Tell(new Msg.Pause(new TransferId(0)) { ReplyTo = TestActor });
        Assert.False((await ExpectMsgAsync<Msg.Paused>()).IsPaused);
    }

    private async Task PauseAsync(bool observed = true)
    {
        Above.Tell(new Msg.Pause(Id) { ReplyTo = TestActor });
        Assert.Equal(new Msg.Paused(Id, IsPaused: true), await ExpectMsgAsync<Msg.Paused>());
        if (observed)
        {
            Assert.True((await Observer.FishForMessageAsync<Msg.Paused>(_ => true)).IsPaused);
        }
    }

    private async Task ResumeAsync()
    {
        Above.Tell(new Msg.Resume(Id) { ReplyTo = TestActor });
        Assert.Equal(new Msg.Paused(Id, IsPaused: false), await ExpectMsgAsync<Msg.Paused>());
        Assert.False((await Observer.FishForMessageAsync<Msg.Paused>(_ => true)).IsPaused);
    }
}
