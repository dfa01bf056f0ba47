using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

/// <summary>Connections that are made at the moment when they are cancelled.</summary>
public sealed class LateConnectionSpec() : TargetTest(honoursCancellation: false)
{
    [Fact]
    public async Task Link_that_connects_after_the_end_must_be_closed()
    {
        await AdvanceToAsync(Stage.StreamhostReceived);
        Above.Tell(new Msg.Cancel(Id));
        Assert.IsType<TransferOutcome.Cancelled>(await EndedAsync());
        Attempt.Succeed(Near);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Link_of_an_older_set_of_streamhosts_must_be_closed_and_not_used()
    {
        await AdvanceToAsync(Stage.StreamhostReceived);
        Ask(StreamhostsOf("s2", RelayHost with { Port = 7778 }));
        Assert.Equal("s1", (await ReplyAsync()).Id);
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        Attempt.Succeed(Near);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        await StillRunsAsync(Transfer);

        var (near, far) = NewLink();
        attempt.Succeed(near);
        var answer = await ReplyAsync();
        Assert.Equal((IqType.Result, "s2"), Head(answer));
        far.Dispose();
        await NoFallbackAsync();
        Fails(await EndedAsync(), TransferState.Connected, TransferSide.Peer, FailureReason.WrongLength);
    }
}
