using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

public sealed class InitiatorPauseSpec : InitiatorActorTest
{
    [Fact]
    public async Task Paused_initiator_must_not_time_out_and_do_so_again_when_it_continues()
    {
        await AdvanceToAsync(Stage.Streaming);
        Above.Tell(new Msg.Pause(_id));
        Assert.True((await Observer.FishForMessageAsync<Msg.Paused>(_ => true)).IsPaused);
        await AdvanceAsync(_transfer, TimeSpan.FromSeconds(120));
        await AdvanceAsync(_transfer, TimeSpan.FromSeconds(120));
        await StillRunsAsync(_transfer);
        Above.Tell(new Msg.Resume(_id));
        Assert.False((await Observer.FishForMessageAsync<Msg.Paused>(_ => true)).IsPaused);
        await AdvanceAsync(_transfer, TimeSpan.FromSeconds(120));
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.Timeout);
    }

    [Fact]
    public async Task Paused_initiator_must_be_cancelled_as_any_other()
    {
        await AdvanceToAsync(Stage.Activated);
        Above.Tell(new Msg.Pause(_id));
        await Observer.FishForMessageAsync<Msg.Paused>(_ => true);
        Above.Tell(new Msg.Cancel(_id));
        Assert.Equal(new TransferOutcome.Cancelled(TransferState.Activated, TransferSide.Local), await EndedAsync());
    }
}
