using ActorTransfer.Actors;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The handle of a transfer between the calls of the application and the messages of the engine.</summary>
public sealed class TransferHandleSpec : TestKit
{
    private static readonly TransferId Id = new(7);

    private readonly EngineLifetime _engine = new();
    private readonly TransferHandle _handle;

    public TransferHandleSpec() =>
        _handle = new TransferHandle(Sys, TestActor, _engine, LocalDomainHost.Receiver, new FileDescription("a.bin", 10));

    [Fact]
    public async Task Transfer_that_was_cancelled_before_it_started_must_be_cancelled_when_it_starts()
    {
        _handle.Cancel();
        Assert.IsType<TransferOutcome.Cancelled>(await _handle.Completion);
        _handle.Observer.Tell(new Transfer.Started(Id));
        Assert.Equal(Id, (await ExpectMsgAsync<Transfer.Cancel>()).Id);
    }

    [Fact]
    public async Task Transfer_that_has_started_must_end_with_the_outcome_of_the_engine()
    {
        _handle.Observer.Tell(new Transfer.Started(Id));
        await _handle.BegunAsync(CancellationToken.None);
        _handle.Cancel();
        Assert.Equal(Id, (await ExpectMsgAsync<Transfer.Cancel>()).Id);
        Assert.False(_handle.Completion.IsCompleted);
        _handle.Observer.Tell(new Transfer.Ended(Id, new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Local)));
        Assert.Equal(TransferState.Streaming, Assert.IsType<TransferOutcome.Cancelled>(await _handle.Completion).Phase);
    }

    [Fact]
    public async Task Transfer_that_has_not_started_must_fail_with_the_engine()
    {
        _engine.Stopped("no descriptors");
        Assert.Equal("no descriptors", (await Assert.ThrowsAsync<EngineException>(() => _handle.BegunAsync(CancellationToken.None))).Message);
        Assert.Equal("no descriptors", Assert.IsType<TransferOutcome.Failed>(await _handle.Completion).Detail);
    }

    [Fact]
    public async Task Reader_must_see_the_last_progress_however_slow_it_is()
    {
        _handle.Observer.Tell(new Transfer.Started(Id));
        for (var bytes = 1; bytes <= 10; bytes++)
        {
            _handle.Observer.Tell(new Transfer.Progressed(Id, bytes, 10));
        }

        _handle.Observer.Tell(new Transfer.Ended(Id, new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Local)));
        Assert.Equal([10L], await _handle.ProgressAsync().Select(progress => progress.Bytes).ToListAsync());
    }

    [Fact]
    public async Task Call_must_wait_for_an_engine_that_starts_and_fail_with_one_that_cannot()
    {
        var waiting = _engine.RunningAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _engine.Stopped("cannot listen");
        _engine.Stopped("the engine has stopped");
        Assert.Equal("cannot listen", (await Assert.ThrowsAsync<EngineException>(() => waiting)).Message);
    }
}
