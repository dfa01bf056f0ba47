using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

public sealed class TargetActorSpec() : TargetTest(honoursCancellation: true)
{
    [Theory]
    [InlineData(Stage.Accepted, 60_000, TransferState.Accepted, TransferSide.Peer)]
    [InlineData(Stage.Connected, 45_000, TransferState.Connected, TransferSide.Peer)]
    public async Task Target_must_time_out_at_the_limit_of_each_state_and_not_before(
        Stage stop, int milliseconds, TransferState phase, TransferSide side)
    {
        await AdvanceToAsync(stop);
        await AdvanceAsync(Transfer, TimeSpan.FromMilliseconds(milliseconds) - Tick);
        await AdvanceAsync(Transfer, Tick);
        Fails(await EndedAsync(), phase, side, FailureReason.Timeout);
        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Target_must_wait_for_a_fallback_after_all_streamhosts_timed_out()
    {
        await AdvanceToAsync(Stage.StreamhostReceived);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(20) - Tick);
        await AdvanceAsync(Transfer, Tick);
        Assert.Equal(ErrorConditions.ItemNotFound, (await ReplyAsync()).Error?.Condition);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(30) - Tick);
        await AdvanceAsync(Transfer, Tick);
        Fails(await EndedAsync(), TransferState.StreamhostReceived, TransferSide.Proxy, FailureReason.Timeout);
        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Target_must_time_out_when_no_bytes_arrive_while_streaming()
    {
        await AdvanceToAsync(Stage.Streaming);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(120));
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.Timeout);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Target_must_decline_when_the_application_does_not_decide_in_time()
    {
        await AdvanceToAsync(Stage.Offer);
        await AdvanceAsync(Transfer, TimeSpan.FromMinutes(10) - Tick);
        await AdvanceAsync(Transfer, Tick);
        var answer = await ReplyAsync();
        Assert.Equal((ErrorConditions.Forbidden, "timed out"), (answer.Error?.Condition, answer.Error?.Text));
    }

    [Fact]
    public async Task Acceptance_after_the_timeout_must_be_reported_as_too_late()
    {
        await AdvanceToAsync(Stage.Offer);
        Watch(Transfer);
        await AdvanceAsync(Transfer, TimeSpan.FromMinutes(10));
        await ExpectTerminatedAsync(Transfer);
        Above.Tell(new Msg.Accept(Id, new FolderDestination(Folder), Observer.Ref));
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Local, FailureReason.Timeout);
    }

    [Theory]
    [InlineData(Stage.Accepted, TransferState.Accepted, null)]
    [InlineData(Stage.StreamhostReceived, TransferState.StreamhostReceived, ErrorConditions.NotAcceptable)]
    [InlineData(Stage.Connected, TransferState.Connected, null)]
    [InlineData(Stage.Streaming, TransferState.Streaming, null)]
    public async Task Cancel_must_end_the_target_in_every_state(Stage stop, TransferState phase, string? answer)
    {
        await AdvanceToAsync(stop);
        Above.Tell(new Msg.Cancel(Id));
        Assert.Equal(new TransferOutcome.Cancelled(phase, TransferSide.Local), await EndedAsync());
        ExpectEmptyFolder();
        if (answer is not null)
        {
            Assert.Equal(answer, (await ReplyAsync()).Error?.Condition);
        }

        if (stop >= Stage.Connected)
        {
            await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task Cancelled_offer_must_be_refused()
    {
        await AdvanceToAsync(Stage.Offer);
        Above.Tell(new Msg.Cancel(Id));
        Assert.Equal(ErrorConditions.Forbidden, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Target_must_decline_when_the_application_declines()
    {
        await AdvanceToAsync(Stage.Offer);
        Above.Tell(new Msg.Decline(Id, "no space on the shelf"));
        var answer = await ReplyAsync();
        Assert.Equal((ErrorConditions.Forbidden, "no space on the shelf"), (answer.Error?.Condition, answer.Error?.Text));
    }

    [Fact]
    public async Task Target_must_receive_all_bytes_into_a_new_file()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "img0545.png"), "older");
        await AdvanceToAsync(Stage.Connected);
        Peer.Send(new byte[Size]);
        Peer.Complete();
        var completed = Assert.IsType<TransferOutcome.Completed>(await EndedAsync());
        Assert.Equal(
            (Size, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"),
            (completed.Bytes, completed.Sha256));
        Assert.Equal(new byte[Size], await File.ReadAllBytesAsync(completed.Path!));
        Assert.Equal("older", await File.ReadAllTextAsync(Path.Combine(Folder, "img0545.png")));
        Assert.Equal(2, Directory.EnumerateFiles(Folder).Count());
    }

    [Theory]
    [InlineData(Size - 1)]
    [InlineData(Size + 1)]
    [InlineData(0)]
    public async Task File_of_another_length_must_not_be_kept(int length)
    {
        await AdvanceToAsync(Stage.Connected);
        if (length > 0)
        {
            Peer.Send(new byte[length]);
        }

        Peer.Complete();
        if (length == 0)
        {
            await NoFallbackAsync();
        }

        var failed = Assert.IsType<TransferOutcome.Failed>(await EndedAsync());
        Assert.Equal((TransferSide.Peer, FailureReason.WrongLength), (failed.Side, failed.Reason));
        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Target_must_report_a_reset_of_the_connection()
    {
        await AdvanceToAsync(Stage.Streaming);
        Far.Abort();
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.ConnectionLost);
        ExpectEmptyFolder();
    }

    [Fact]
    public async Task Offer_must_be_refused_when_the_folder_is_not_writable()
    {
        await AdvanceToAsync(Stage.Offer);
        var file = Path.Combine(Folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        Above.Tell(new Msg.Accept(Id, new FolderDestination(file), Observer.Ref));
        var error = (await ReplyAsync()).Error!;
        Assert.Equal((ErrorConditions.ResourceConstraint, "The file cannot be stored here."), (error.Condition, error.Text));
        Assert.Contains(file, Assert.IsType<TransferOutcome.Refused>(await EndedAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exception_of_a_destination_must_not_be_shown_to_the_peer()
    {
        await AdvanceToAsync(Stage.Offer);
        Above.Tell(new Msg.Accept(Id, new UnusableDestination(new InvalidOperationException("/srv/secret is locked")), Observer.Ref));
        Assert.Equal("The file cannot be stored here.", (await ReplyAsync()).Error?.Text);
        Assert.Contains("/srv/secret", Assert.IsType<TransferOutcome.Refused>(await EndedAsync()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_during_the_commit_must_leave_no_file_or_be_too_late(bool before)
    {
        await AdvanceToAsync(Stage.Offer);
        var destination = new ControlledDestination(new FolderDestination(Folder));
        Above.Tell(new Msg.Accept(Id, destination, Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        await ReplyAsync();
        Ask(StreamhostsOf("s1"));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        await ReplyAsync();
        var peer = ScriptedSource.Create().ToMaterialized(Far.Outgoing, Keep.Left).Run(Materializer);
        peer.Send(new byte[Size]);
        peer.Complete();
        await destination.Arrived.WaitAsync(TimeSpan.FromSeconds(20));
        if (before)
        {
            Above.Tell(new Msg.Cancel(Id));
            Assert.IsType<TransferOutcome.Cancelled>(await EndedAsync());
            destination.Ask.SetResult();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => destination.Granted).WaitAsync(TimeSpan.FromSeconds(20));
            ExpectEmptyFolder();
            return;
        }

        destination.Ask.SetResult();
        await destination.Granted.WaitAsync(TimeSpan.FromSeconds(20));
        Above.Tell(new Msg.Cancel(Id));
        await StillRunsAsync(Above);
        destination.Commit.SetResult();
        var completed = Assert.IsType<TransferOutcome.Completed>(await EndedAsync());
        Assert.Equal(Size, new FileInfo(completed.Path!).Length);
    }

    [Fact]
    public async Task Target_must_refuse_streamhosts_of_which_none_can_be_reached()
    {
        await AdvanceToAsync(Stage.StreamhostReceived);
        Attempt.Fail("connection refused");
        Assert.Equal((IqType.Error, "s1"), Head(await ReplyAsync()));
        await NoFallbackAsync();
        var outcome = await EndedAsync();
        Fails(outcome, TransferState.StreamhostReceived, TransferSide.Proxy, FailureReason.StreamhostUnreachable);
        Assert.Contains("connection refused", ((TransferOutcome.Failed)outcome).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_must_try_the_next_streamhost_when_one_fails()
    {
        await AdvanceToAsync(Stage.Accepted);
        var second = RelayHost with { Port = 7778 };
        Ask(StreamhostsOf("s1", RelayHost, second));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no");
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(second, attempt.Host);
        attempt.Succeed(Near);
        Assert.Equal((IqType.Result, "s1"), Head(await ReplyAsync()));
    }

    [Fact]
    public async Task First_of_two_sets_of_streamhosts_must_be_refused_as_conflict()
    {
        await AdvanceToAsync(Stage.StreamhostReceived);
        Ask(StreamhostsOf("s2", RelayHost with { Port = 7778 }));
        var conflict = await ReplyAsync();
        Assert.Equal(("s1", ErrorConditions.Conflict), (conflict.Id, conflict.Error?.Condition));
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        Assert.True(Attempt.Cancellation.IsCancellationRequested);
        attempt.Succeed(Near);
        Assert.Equal((IqType.Result, "s2"), Head(await ReplyAsync()));
    }

    [Fact]
    public async Task Streamhosts_must_be_refused_once_the_target_is_connected()
    {
        await AdvanceToAsync(Stage.Connected);
        Ask(StreamhostsOf("s2"));
        var refusal = await ReplyAsync();
        Assert.Equal(("s2", ErrorConditions.NotAcceptable), (refusal.Id, refusal.Error?.Condition));
        await StillRunsAsync(Transfer);
    }

    [Theory]
    [InlineData(Stage.Accepted, TransferState.Accepted)]
    [InlineData(Stage.StreamhostReceived, TransferState.StreamhostReceived)]
    public async Task Lost_link_must_fail_the_target_before_bytes_arrive(Stage stop, TransferState phase)
    {
        await AdvanceToAsync(stop);
        Above.Tell(new Connection.Lost("north", "gone", false), Connection.Ref);
        Fails(await EndedAsync(), phase, TransferSide.Server, FailureReason.LinkLost);
    }

    [Fact]
    public async Task Lost_link_must_not_affect_the_target_while_bytes_arrive()
    {
        await AdvanceToAsync(Stage.Connected);
        Above.Tell(new Connection.Lost("north", "gone", false), Connection.Ref);
        Peer.Send(new byte[Size]);
        Peer.Complete();
        Assert.IsType<TransferOutcome.Completed>(await EndedAsync());
    }

    [Fact]
    public async Task Crash_of_the_target_must_be_reported_as_an_internal_error()
    {
        await AdvanceToAsync(Stage.Streaming);
        Transfer.Tell(Kill.Instance);
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Local, FailureReason.InternalError);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        await EventuallyAsync(() => !Directory.EnumerateFileSystemEntries(Folder).Any(), "the folder still has a file");
    }
}
