using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;
using Msg = ActorTransfer.Actors.Transfers.Transfer;

namespace ActorTransfer.Actors.Tests;

public abstract class TargetWalk(bool honoursCancellation, bool logs = false) : TransferTest("target.stagger = 1s", honoursCancellation, logs)
{
    protected const int Size = 1000;

    public enum Stop
    {
        Offer,
        Accepted,
        StreamhostReceived,
        Connected,
        Activated,
        Streaming,
    }

    protected IActorRef Transfer { get; private set; } = ActorRefs.Nobody;

    /// <summary>What the peer sends.</summary>
    private protected SourceScript Peer { get; private set; } = null!;

    private protected Attempt Attempt { get; private set; } = null!;

    protected TransferId Id { get; private set; }

    /// <summary>Takes the transfer as far as it says, and not further.</summary>
    protected async Task WalkAsync(Stop stop)
    {
        await UpAsync();
        Above.Tell(new Msg.SubscribeOffers(Offers.Ref));
        Ask(OfferOf(Bo, SessionId, Size));
        var offered = await Offers.ExpectMsgAsync<Msg.Offered>();
        Assert.Equal((Bo, Ada, (long)Size), (offered.Peer, offered.Self, offered.File.Size));
        Id = offered.Id;
        Transfer = await ActorOfAsync(Id);
        if (stop == Stop.Offer)
        {
            return;
        }

        Above.Tell(new Msg.Accept(Id, new FolderDestination(Folder), Observer.Ref));
        await EnteredAsync(TransferState.Accepted);
        Assert.Equal((IqType.Result, $"offer-{SessionId}"), Head(await ReplyAsync()));
        if (stop == Stop.Accepted)
        {
            return;
        }

        Ask(StreamhostsOf("s1"));
        await EnteredAsync(TransferState.StreamhostReceived);
        Attempt = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(RelayHost, Attempt.Host);
        if (stop > Stop.StreamhostReceived)
        {
            await ConnectAsync(stop);
        }
    }

    private async Task ConnectAsync(Stop stop)
    {
        Attempt.Succeed(Near);
        Assert.Equal(DestinationAddress.Compute(SessionId, Bo, Ada), await Attempt.Destination);
        await EnteredAsync(TransferState.Connected);
        Assert.Equal((IqType.Result, "s1"), Head(await ReplyAsync()));
        Peer = ScriptedSource.Create().ToMaterialized(Far.Outgoing, Keep.Left).Run(Materializer);
        if (stop >= Stop.Activated)
        {
            await MoveAsync();
            await EnteredAsync(TransferState.Activated);
        }

        if (stop == Stop.Streaming)
        {
            await MoveAsync();
            await EnteredAsync(TransferState.Streaming);
        }
    }

    protected Task MoveAsync() => MoveAsync(Peer, () => Transfer);

    private protected static (IqType Type, string Id) Head(Iq answer) => (answer.Type, answer.Id);

    /// <summary>The transfer is back where an in-band bytestream may come, and none comes.</summary>
    protected async Task NoFallbackAsync()
    {
        await EnteredAsync(TransferState.Accepted);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(30));
    }

    protected void NothingLeft() => Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
}

public sealed class TargetActorSpec() : TargetWalk(honoursCancellation: true)
{
    [Theory]
    [InlineData(Stop.Accepted, 60_000, TransferState.Accepted, TransferSide.Peer)]
    [InlineData(Stop.Connected, 45_000, TransferState.Connected, TransferSide.Peer)]
    public async Task Target_must_fail_when_its_time_in_a_state_is_over_and_not_before(
        Stop stop, int milliseconds, TransferState phase, TransferSide side)
    {
        await WalkAsync(stop);
        await AdvanceAsync(Transfer, TimeSpan.FromMilliseconds(milliseconds) - Tick);
        await AdvanceAsync(Transfer, Tick);
        Fails(await EndedAsync(), phase, side, FailureReason.Timeout);
        NothingLeft();
    }

    [Fact]
    public async Task Target_must_give_the_initiator_time_to_fall_back_when_streamhosts_are_silent()
    {
        await WalkAsync(Stop.StreamhostReceived);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(20) - Tick);
        await AdvanceAsync(Transfer, Tick);
        Assert.Equal(ErrorConditions.ItemNotFound, (await ReplyAsync()).Error?.Condition);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(30) - Tick);
        await AdvanceAsync(Transfer, Tick);
        Fails(await EndedAsync(), TransferState.StreamhostReceived, TransferSide.Proxy, FailureReason.Timeout);
        NothingLeft();
    }

    [Fact]
    public async Task Target_must_fail_when_no_byte_moves_while_it_streams()
    {
        await WalkAsync(Stop.Streaming);
        await AdvanceAsync(Transfer, TimeSpan.FromSeconds(120));
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.Timeout);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        NothingLeft();
    }

    [Fact]
    public async Task Target_must_decline_for_a_host_that_does_not_decide_in_time()
    {
        await WalkAsync(Stop.Offer);
        await AdvanceAsync(Transfer, TimeSpan.FromMinutes(10) - Tick);
        await AdvanceAsync(Transfer, Tick);
        var answer = await ReplyAsync();
        Assert.Equal((ErrorConditions.Forbidden, "timed out"), (answer.Error?.Condition, answer.Error?.Text));
    }

    [Fact]
    public async Task Target_must_tell_a_host_that_accepts_too_late()
    {
        await WalkAsync(Stop.Offer);
        Watch(Transfer);
        await AdvanceAsync(Transfer, TimeSpan.FromMinutes(10));
        await ExpectTerminatedAsync(Transfer);
        Above.Tell(new Msg.Accept(Id, new FolderDestination(Folder), Observer.Ref));
        Fails(await EndedAsync(), TransferState.Offer, TransferSide.Peer, FailureReason.Timeout);
    }

    [Theory]
    [InlineData(Stop.Accepted, TransferState.Accepted, null)]
    [InlineData(Stop.StreamhostReceived, TransferState.StreamhostReceived, ErrorConditions.NotAcceptable)]
    [InlineData(Stop.Connected, TransferState.Connected, null)]
    [InlineData(Stop.Streaming, TransferState.Streaming, null)]
    public async Task Target_must_end_when_it_is_cancelled_in_any_state(Stop stop, TransferState phase, string? answer)
    {
        await WalkAsync(stop);
        Above.Tell(new Msg.Cancel(Id));
        Assert.Equal(new TransferOutcome.Cancelled(phase, TransferSide.Local), await EndedAsync());
        NothingLeft();
        if (answer is not null)
        {
            Assert.Equal(answer, (await ReplyAsync()).Error?.Condition);
        }

        if (stop >= Stop.Connected)
        {
            await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task Target_must_answer_an_offer_that_is_cancelled()
    {
        await WalkAsync(Stop.Offer);
        Above.Tell(new Msg.Cancel(Id));
        Assert.Equal(ErrorConditions.Forbidden, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Target_must_decline_when_its_host_does()
    {
        await WalkAsync(Stop.Offer);
        Above.Tell(new Msg.Decline(Id, "no space on the shelf"));
        var answer = await ReplyAsync();
        Assert.Equal((ErrorConditions.Forbidden, "no space on the shelf"), (answer.Error?.Condition, answer.Error?.Text));
    }

    [Fact]
    public async Task Target_must_receive_all_bytes_into_a_file_of_its_own()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "img0545.png"), "older");
        await WalkAsync(Stop.Connected);
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
    public async Task Target_must_not_keep_a_file_of_another_length(int length)
    {
        await WalkAsync(Stop.Connected);
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
        NothingLeft();
    }

    [Fact]
    public async Task Target_must_report_a_connection_that_broke()
    {
        await WalkAsync(Stop.Streaming);
        Far.Abort();
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Peer, FailureReason.ConnectionLost);
        NothingLeft();
    }

    [Fact]
    public async Task Target_must_refuse_the_offer_when_the_folder_cannot_be_written()
    {
        await WalkAsync(Stop.Offer);
        var file = Path.Combine(Folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        Above.Tell(new Msg.Accept(Id, new FolderDestination(file), Observer.Ref));
        var error = (await ReplyAsync()).Error!;
        Assert.Equal((ErrorConditions.ResourceConstraint, "The file cannot be stored here."), (error.Condition, error.Text));
        Assert.Contains(file, Assert.IsType<TransferOutcome.Refused>(await EndedAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_must_tell_the_peer_nothing_of_what_a_destination_throws()
    {
        await WalkAsync(Stop.Offer);
        Above.Tell(new Msg.Accept(Id, new UnusableDestination(new InvalidOperationException("/srv/secret is locked")), Observer.Ref));
        Assert.Equal("The file cannot be stored here.", (await ReplyAsync()).Error?.Text);
        Assert.Contains("/srv/secret", Assert.IsType<TransferOutcome.Refused>(await EndedAsync()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_at_the_last_step_must_leave_no_file_or_come_too_late(bool before)
    {
        await WalkAsync(Stop.Offer);
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
            NothingLeft();
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
    public async Task Target_must_answer_when_no_streamhost_can_be_reached()
    {
        await WalkAsync(Stop.StreamhostReceived);
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
        await WalkAsync(Stop.Accepted);
        var second = RelayHost with { Port = 7778 };
        Ask(StreamhostsOf("s1", RelayHost, second));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no");
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(second, attempt.Host);
        attempt.Succeed(Near);
        Assert.Equal((IqType.Result, "s1"), Head(await ReplyAsync()));
    }

    [Fact]
    public async Task Target_must_answer_conflict_to_the_first_of_two_sets_of_streamhosts()
    {
        await WalkAsync(Stop.StreamhostReceived);
        Ask(StreamhostsOf("s2", RelayHost with { Port = 7778 }));
        var conflict = await ReplyAsync();
        Assert.Equal(("s1", ErrorConditions.Conflict), (conflict.Id, conflict.Error?.Condition));
        var attempt = await Gate.ExpectMsgAsync<Attempt>();
        Assert.True(Attempt.Cancellation.IsCancellationRequested);
        attempt.Succeed(Near);
        Assert.Equal((IqType.Result, "s2"), Head(await ReplyAsync()));
    }

    [Fact]
    public async Task Target_must_not_accept_streamhosts_once_it_is_connected()
    {
        await WalkAsync(Stop.Connected);
        Ask(StreamhostsOf("s2"));
        var refusal = await ReplyAsync();
        Assert.Equal(("s2", ErrorConditions.NotAcceptable), (refusal.Id, refusal.Error?.Condition));
        await StillRunsAsync(Transfer);
    }

    [Theory]
    [InlineData(Stop.Accepted, TransferState.Accepted)]
    [InlineData(Stop.StreamhostReceived, TransferState.StreamhostReceived)]
    public async Task Target_must_fail_when_the_link_is_lost_before_the_bytes_flow(Stop stop, TransferState phase)
    {
        await WalkAsync(stop);
        Above.Tell(new Connection.Lost("north", "gone", false), Connection.Ref);
        Fails(await EndedAsync(), phase, TransferSide.Server, FailureReason.LinkLost);
    }

    [Fact]
    public async Task Target_must_not_need_the_link_while_bytes_flow()
    {
        await WalkAsync(Stop.Connected);
        Above.Tell(new Connection.Lost("north", "gone", false), Connection.Ref);
        Peer.Send(new byte[Size]);
        Peer.Complete();
        Assert.IsType<TransferOutcome.Completed>(await EndedAsync());
    }

    [Fact]
    public async Task Target_that_crashes_must_end_as_an_internal_error()
    {
        await WalkAsync(Stop.Streaming);
        Transfer.Tell(Kill.Instance);
        Fails(await EndedAsync(), TransferState.Streaming, TransferSide.Local, FailureReason.InternalError);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        await EventuallyAsync(() => !Directory.EnumerateFileSystemEntries(Folder).Any(), "a file is left");
    }
}

/// <summary>What the log says about the end of a transfer.</summary>
public sealed class TargetLogSpec() : TargetWalk(honoursCancellation: true, logs: true)
{
    [Fact]
    public async Task Log_line_of_the_end_must_say_what_became_of_each_streamhost()
    {
        var log = CreateTestProbe("log");
        Sys.EventStream.Subscribe(log.Ref, typeof(Akka.Event.Info));
        await WalkAsync(Stop.Accepted);
        Ask(StreamhostsOf("s1", RelayHost, RelayHost with { Port = 7778 }));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("refused by the first");
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no answer of the second");
        Assert.Equal((IqType.Error, "s1"), Head(await ReplyAsync()));
        await NoFallbackAsync();
        await EndedAsync();
        var line = (await log.FishForMessageAsync<Akka.Event.Info>(
            info => info.Message.ToString()!.Contains(" ended: ", StringComparison.Ordinal))).Message.ToString();
        Assert.Contains("refused by the first", line, StringComparison.Ordinal);
        Assert.Contains("no answer of the second", line, StringComparison.Ordinal);
    }
}

/// <summary>Connections that are made at the moment when they are cancelled.</summary>
public sealed class LateConnectionSpec() : TargetWalk(honoursCancellation: false)
{
    [Fact]
    public async Task Link_that_comes_up_after_the_end_must_be_closed()
    {
        await WalkAsync(Stop.StreamhostReceived);
        Above.Tell(new Msg.Cancel(Id));
        Assert.IsType<TransferOutcome.Cancelled>(await EndedAsync());
        Attempt.Succeed(Near);
        await Near.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Link_of_an_older_set_of_streamhosts_must_be_closed_and_not_taken()
    {
        await WalkAsync(Stop.StreamhostReceived);
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
