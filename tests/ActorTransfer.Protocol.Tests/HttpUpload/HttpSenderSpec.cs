using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.HttpUpload;

/// <summary>The state machine of an upload: every stage with each of its inputs.</summary>
public sealed class HttpSenderSpec
{
    private static readonly HttpSenderPlan Plan = new(
        Jid.Parse("ada@north.example/desk"), Jid.Parse("bo@south.example"), new FileDescription("a.bin", 1000, Ranged: true, MimeType: "image/png"));

    private static readonly UploadService Service = new(Jid.Parse("upload.north.example"), 1000);
    private static readonly UploadSlot Slot = new(new Uri("https://upload.example/a"), new Uri("https://files.example/a"), []);
    private static readonly HttpSenderState Fresh = new(Plan);
    private static readonly HttpSenderState Requesting = Fresh with { Stage = HttpSenderStage.RequestingSlot, Service = Service };
    private static readonly HttpSenderState Uploading = Requesting with { Stage = HttpSenderStage.Uploading, Slot = Slot, Phase = TransferState.Accepted };

    private static readonly HttpSenderState Announcing = Uploading with
    {
        Stage = HttpSenderStage.Announcing,
        Phase = TransferState.Streaming,
        Uploaded = new TransferOutcome.Completed(1000, "ab") { Method = StreamMethod.Http, Delivery = Delivery.Uploaded },
    };

    [Fact]
    public void Upload_must_find_the_service_get_a_slot_send_the_bytes_and_then_the_message()
    {
        var step = HttpSender.Next(Fresh, new HttpSenderInput.Begin());
        Assert.Equal([new HttpSenderOutput.FindService()], step.Outputs.ToArray());

        step = HttpSender.Next(step.State, new HttpSenderInput.ServiceFound(Service));
        Assert.Equal([new HttpSenderOutput.RequestSlot(Service.Address, UploadSlot.Request("a.bin", 1000, "image/png"))], step.Outputs.ToArray());
        Assert.Equal(TransferState.Offer, step.State.Phase);

        step = HttpSender.Next(step.State, Granted);
        Assert.Equal(TransferState.Accepted, step.State.Phase);
        Assert.Equal(Slot.Put, Assert.IsType<HttpSenderOutput.StartUpload>(Assert.Single(step.Outputs)).Slot.Put);

        step = HttpSender.Next(step.State, new HttpSenderInput.Progressed());
        Assert.Equal(TransferState.Streaming, step.State.Phase);

        step = HttpSender.Next(step.State, new HttpSenderInput.FlowEnded(new FlowEnd.Whole(1000, "ab")));
        Assert.Equal("ab", Assert.IsType<HttpSenderOutput.Announce>(Assert.Single(step.Outputs)).Sha256);
        Assert.False(step.State.Phase.IsEnd());

        step = HttpSender.Next(step.State, new HttpSenderInput.MessageSent());
        Assert.Equal(Announcing.Uploaded, Outcome(step));
    }

    [Fact]
    public void Encrypted_upload_must_announce_the_size_with_the_tag_and_no_type() => Assert.Equal(
        [new HttpSenderOutput.RequestSlot(Service.Address, UploadSlot.Request("a.bin", 1016, "application/octet-stream"))],
        HttpSender.Next(Fresh with { Plan = Plan with { Encrypts = true } }, new HttpSenderInput.ServiceFound(Service with { MaxSize = 1016 }))
            .Outputs.ToArray());

    [Theory]
    [InlineData(999L, false)]
    [InlineData(1015L, true)]
    public void File_above_the_limit_must_fail_before_a_slot_is_requested(long limit, bool encrypts)
    {
        var step = HttpSender.Next(Fresh with { Plan = Plan with { Encrypts = encrypts } }, new HttpSenderInput.ServiceFound(Service with { MaxSize = limit }));
        Assert.Equal((TransferSide.Server, FailureReason.TooLarge), Failure(step));
    }

    [Fact]
    public void Server_without_a_service_must_be_told_from_one_that_does_not_respond()
    {
        Assert.Equal((TransferSide.Server, FailureReason.NoMethod), Failure(HttpSender.Next(Fresh, new HttpSenderInput.ServiceFound(null))));
        Assert.Equal(
            (TransferSide.Server, FailureReason.LinkLost), Failure(HttpSender.Next(Fresh, new HttpSenderInput.ServiceFound(null, NoAnswer.LinkLost))));
        Assert.Equal(
            (TransferSide.Server, FailureReason.Timeout), Failure(HttpSender.Next(Fresh, new HttpSenderInput.ServiceFound(null, NoAnswer.Timeout))));
    }

    [Fact]
    public void Slot_that_cannot_be_used_must_fail()
    {
        var refused = new HttpSenderInput.SlotAnswered(new Answer.Error(StanzaError.NotAllowed));
        Assert.Equal((TransferSide.Server, FailureReason.UploadRefused), Failure(HttpSender.Next(Requesting, refused)));
        Assert.Equal(
            (TransferSide.Server, FailureReason.ProtocolViolation),
            Failure(HttpSender.Next(Requesting, new HttpSenderInput.SlotAnswered(new Answer.Result(null)))));
        Assert.Equal(
            (TransferSide.Server, FailureReason.LinkLost),
            Failure(HttpSender.Next(Requesting, new HttpSenderInput.SlotAnswered(new Answer.None(NoAnswer.LinkLost)))));
    }

    [Fact]
    public void Failure_that_may_pass_must_be_followed_by_one_more_attempt_with_another_slot()
    {
        var broken = new HttpSenderInput.FlowEnded(new FlowEnd.Broken(TransferSide.Server, FailureReason.UploadRefused, "503") { MayPass = true });

        var step = HttpSender.Next(Uploading with { Phase = TransferState.Streaming }, broken);
        Assert.Equal([new HttpSenderOutput.Pause()], step.Outputs.ToArray());

        step = HttpSender.Next(step.State, new HttpSenderInput.TimedOut());
        Assert.IsType<HttpSenderOutput.RequestSlot>(Assert.Single(step.Outputs));

        step = HttpSender.Next(HttpSender.Next(step.State, Granted).State, broken);
        Assert.Equal((TransferSide.Server, FailureReason.UploadRefused), Failure(step));
    }

    [Fact]
    public void Failure_that_lasts_and_content_that_can_be_read_once_must_not_be_tried_again()
    {
        var broken = new FlowEnd.Broken(TransferSide.Server, FailureReason.TooLarge, "413");
        Assert.Equal((TransferSide.Server, FailureReason.TooLarge), Failure(HttpSender.Next(Uploading, new HttpSenderInput.FlowEnded(broken))));

        var once = Uploading with { Plan = Plan with { File = Plan.File with { Ranged = false } } };
        Assert.NotNull(Outcome(HttpSender.Next(once, new HttpSenderInput.FlowEnded(broken with { MayPass = true }))));
    }

    [Fact]
    public void File_that_was_uploaded_without_a_message_must_not_count_as_sent()
    {
        var step = HttpSender.Next(Announcing, new HttpSenderInput.MessageSent(NoAnswer.LinkLost));
        Assert.Equal((TransferSide.Server, FailureReason.LinkLost), Failure(step));
        Assert.Contains("was uploaded", Assert.IsType<TransferOutcome.Failed>(Outcome(step)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancel_and_timeout_must_end_every_stage() => Assert.All(Enum.GetValues<HttpSenderStage>().Except([HttpSenderStage.Ended]), stage =>
    {
        var state = Uploading with { Stage = stage };
        Assert.Equal(TransferSide.Local, Assert.IsType<TransferOutcome.Cancelled>(Outcome(HttpSender.Next(state, new HttpSenderInput.Cancel()))).By);
        if (stage != HttpSenderStage.Pausing)
        {
            Assert.Equal(FailureReason.Timeout, Failure(HttpSender.Next(state, new HttpSenderInput.TimedOut())).Reason);
        }
    });

    [Fact]
    public void Input_of_another_stage_or_after_the_end_must_be_ignored()
    {
        HttpSenderInput[] inputs =
        [
            new HttpSenderInput.ServiceFound(Service), Granted, new HttpSenderInput.FlowEnded(new FlowEnd.Whole(1000, null)), new HttpSenderInput.MessageSent(),
        ];
        Assert.All(inputs, input => Assert.Empty(HttpSender.Next(Uploading with { Stage = HttpSenderStage.Pausing }, input).Outputs));
        Assert.All(
            inputs.Append(new HttpSenderInput.Cancel()),
            input => Assert.Empty(HttpSender.Next(Uploading with { Stage = HttpSenderStage.Ended }, input).Outputs));
    }

    [Theory]
    [InlineData(FailureReason.PeerOffline, TransferState.Offer, true)]
    [InlineData(FailureReason.NotSupported, TransferState.Offer, true)]
    [InlineData(FailureReason.StreamhostUnreachable, TransferState.StreamhostSent, true)]
    [InlineData(FailureReason.Timeout, TransferState.StreamhostSent, true)]
    [InlineData(FailureReason.Timeout, TransferState.Offer, false)]
    [InlineData(FailureReason.InBandRefused, TransferState.Streaming, false)]
    [InlineData(FailureReason.LinkLost, TransferState.Offer, false)]
    [InlineData(FailureReason.FileUnreadable, TransferState.Offer, false)]
    public void Upload_must_follow_only_where_the_peer_was_not_reached(FailureReason reason, TransferState phase, bool follows) =>
        Assert.Equal(follows, UploadFallback.Follows(new TransferOutcome.Failed(phase, TransferSide.Peer, reason, "")));

    [Fact]
    public void Upload_must_not_follow_a_refusal_or_a_cancellation()
    {
        Assert.False(UploadFallback.Follows(new TransferOutcome.Refused(TransferSide.Peer, "no")));
        Assert.False(UploadFallback.Follows(new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local)));
    }

    private static HttpSenderInput.SlotAnswered Granted => new(new Answer.Result(XmlElement.Parse(
        $"<slot xmlns='{Namespaces.HttpUpload}'><put url='{Slot.Put}'/><get url='{Slot.Get}'/></slot>")));

    private static TransferOutcome? Outcome(Step<HttpSenderState, HttpSenderOutput> step) =>
        step.Outputs.OfType<HttpSenderOutput.Finish>().Single().Outcome;

    private static (TransferSide Side, FailureReason Reason) Failure(Step<HttpSenderState, HttpSenderOutput> step) =>
        Outcome(step) is TransferOutcome.Failed failed ? (failed.Side, failed.Reason) : throw new InvalidOperationException($"{step.Outputs[^1]}");
}
