using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

public sealed class CompletionSpec
{
    private static readonly FlowEnd Broken = new FlowEnd.Broken(TransferSide.Peer, FailureReason.ConnectionLost, "Reset after 5 bytes.");
    private static readonly JingleReason Success = new(JingleCondition.Success);

    [Fact]
    public void Sender_must_wait_for_the_end_of_the_byte_stream_and_of_the_session()
    {
        Assert.Null(Decide(new SendingCompletion()));
        Assert.Null(Decide(new SendingCompletion { IsReceived = true }));
        Assert.Null(Decide(Whole()));
        Assert.Null(Decide(Whole() with { IsReceived = true }));
        Assert.Null(Decide(new SendingCompletion { Peer = (true, Success) }));
        Assert.Null(Decide(new SendingCompletion { IsSilent = true }));
    }

    [Theory]
    [InlineData(false, Delivery.PeerClosed)]
    [InlineData(true, Delivery.Confirmed)]
    public void Sender_must_complete_when_the_peer_ends_the_session_in_success(bool isReceived, object delivery)
    {
        var completed = Assert.IsType<TransferOutcome.Completed>(Decide(Whole() with { IsReceived = isReceived, Peer = (true, Success) }));
        Assert.Equal((10L, "ab", StreamMethod.Proxy, (Delivery)delivery), (completed.Bytes, completed.Sha256, completed.Method, completed.Delivery));
    }

    /// <summary>Case 20 of the peers.</summary>
    [Fact]
    public void Success_after_a_part_of_the_bytes_must_be_a_wrong_length()
    {
        Assert.Equal(FailureReason.WrongLength, Failure(new SendingCompletion { Flow = Broken, Peer = (true, Success) }));
        Assert.Equal(FailureReason.WrongLength, Failure(new SendingCompletion { Flow = new FlowEnd.ClosedByPeer(), Peer = (true, Success) }));
        Assert.Equal(FailureReason.WrongLength, Failure(new SendingCompletion { Peer = (true, Success) }, hasTimedOut: true));
    }

    /// <summary>Case 21 of the peers: the peer does not know the session any more, or the link to the server is lost (case 57).</summary>
    [Fact]
    public void Sender_must_not_wait_for_a_peer_that_is_silent()
    {
        Assert.IsType<TransferOutcome.Completed>(Decide(Whole() with { IsSilent = true }));
        var reset = new SendingCompletion { Flow = new FlowEnd.Whole(10, "ab") { Delivery = Delivery.PeerReset }, IsSilent = true };
        Assert.Equal(FailureReason.ConnectionLost, Failure(reset));
        Assert.Equal(Delivery.Confirmed, Assert.IsType<TransferOutcome.Completed>(Decide(reset with { IsReceived = true })).Delivery);
    }

    /// <summary>Case 22 of the peers.</summary>
    [Theory]
    [InlineData(Delivery.PeerClosed, false, true)]
    [InlineData(Delivery.Acknowledged, false, true)]
    [InlineData(Delivery.HandedOver, false, false)]
    [InlineData(Delivery.PeerReset, false, false)]
    [InlineData(Delivery.HandedOver, true, true)]
    public void Sender_must_complete_in_time_only_with_a_sign_of_arrival(object delivery, bool isReceived, bool completes)
    {
        var completion = new SendingCompletion { Flow = new FlowEnd.Whole(10, "ab") { Delivery = (Delivery)delivery }, IsReceived = isReceived };
        var outcome = Decide(completion, hasTimedOut: true);
        Assert.Equal(completes, outcome is TransferOutcome.Completed);
        Assert.True(completes || outcome is TransferOutcome.Failed { Reason: FailureReason.Timeout });
    }

    [Fact]
    public void Other_reasons_must_decide_whatever_the_byte_stream()
    {
        Assert.Equal(FailureReason.WrongHash, Failure(Whole() with { Peer = (true, new JingleReason(JingleCondition.MediaError)) }));
        Assert.Equal(FailureReason.WrongHash, Failure(new SendingCompletion { Peer = (true, new JingleReason(JingleCondition.MediaError)) }));
        Assert.Equal(FailureReason.NoSpace, Failure(Whole() with { Peer = (true, FileErrors.TooLarge()) }));
        Assert.IsType<TransferOutcome.Cancelled>(Decide(Whole() with { Peer = (true, new JingleReason(JingleCondition.Cancel)) }));
    }

    [Fact]
    public void Peer_that_has_lost_the_session_must_count_by_its_bytes()
    {
        Assert.IsType<TransferOutcome.Completed>(Decide(Whole() with { Peer = (true, null) }));
        Assert.Equal(FailureReason.ConnectionLost, Failure(new SendingCompletion { Flow = Broken, Peer = (true, null) }));
        Assert.Null(Decide(new SendingCompletion { Peer = (true, null) }));
    }

    [Fact]
    public void Broken_byte_stream_must_decide_at_once_only_if_the_peer_cannot_say_why()
    {
        var local = new FlowEnd.Broken(TransferSide.Local, FailureReason.FileUnreadable, "no");
        Assert.Equal(FailureReason.FileUnreadable, Failure(new SendingCompletion { Flow = local }));
        Assert.Null(Decide(new SendingCompletion { Flow = Broken }));
        Assert.Equal(FailureReason.ConnectionLost, Failure(new SendingCompletion { Flow = Broken }, hasTimedOut: true));
        Assert.Equal(FailureReason.ConnectionLost, Failure(new SendingCompletion { Flow = Broken, IsSilent = true }));
        Assert.IsType<TransferOutcome.Cancelled>(Decide(new SendingCompletion { Flow = Broken, Peer = (true, new JingleReason(JingleCondition.Cancel)) }));
    }

    [Theory]
    [InlineData(null, "", "", false, null)]
    [InlineData("sha-256:a", "", "", false, HashMatch.Unverified)]
    [InlineData("sha-256:a", "", "sha-256", false, null)]
    [InlineData("sha-256:a", "", "sha-256", true, HashMatch.Unverified)]
    [InlineData("sha-256:a", "sha-256:a", "sha-256", false, HashMatch.Verified)]
    [InlineData("sha-256:a", "sha-256:a", "", false, HashMatch.Verified)]
    [InlineData("sha-256:a", "sha-256:b", "sha-256", false, HashMatch.Mismatch)]
    [InlineData("sha-256:a sha-1:c", "sha-1:c", "sha-256", false, null)]
    [InlineData("sha-256:a sha-1:c", "sha-1:c", "sha-256", true, HashMatch.Weak)]
    [InlineData("sha-256:a sha-1:c", "sha-1:d", "sha-256", false, HashMatch.Mismatch)]
    [InlineData("sha-256:a", "sha-512:a", "sha-512", false, HashMatch.Unverified)]
    [InlineData(null, "sha-256:a", "sha-256", true, null)]
    public void Receiver_must_wait_for_an_announced_hash_only(string? computed, string given, string announced, bool isLast, object? expected)
    {
        var completion = new ReceivingCompletion
        {
            Computed = computed is null ? null : Set(computed),
            Given = Set(given),
            Announced = [.. announced.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => HashFunction.Find(name)!)],
            IsLast = isLast,
        };
        Assert.Equal(expected, completion.Decide());
    }

    private static FileHashes Set(string text) => FileHashes.Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => new FileHash(HashFunction.Find(entry.Split(':')[0])!, entry.Split(':')[1])));

    private static SendingCompletion Whole() => new() { Flow = new FlowEnd.Whole(10, "ab") { Delivery = Delivery.PeerClosed } };

    private static TransferOutcome? Decide(SendingCompletion completion, bool hasTimedOut = false) =>
        completion.Decide(TransferState.Streaming, StreamMethod.Proxy, hasTimedOut);

    private static FailureReason Failure(SendingCompletion completion, bool hasTimedOut = false) =>
        Assert.IsType<TransferOutcome.Failed>(Decide(completion, hasTimedOut)).Reason;
}
