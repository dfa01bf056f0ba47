using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.HttpUpload;

namespace ActorTransfer.Protocol.Tests.HttpUpload;

/// <summary>The state machine of a download: every stage with each of its inputs.</summary>
public sealed class HttpReceiverSpec
{
    private static readonly HttpReceiverState Fresh = new(new SharedFile(new Uri("https://files.example/a.bin"), "a.bin") { Size = 1000 }, MaxAttempts: 2);

    private static readonly HttpReceiverState Requesting = Fresh with { Stage = HttpReceiverStage.Requesting, Phase = TransferState.Accepted, Attempts = 1 };
    private static readonly HttpReceiverState Downloading = Requesting with { Stage = HttpReceiverStage.Downloading, Phase = TransferState.Streaming };

    private static readonly HttpReceiverInput.FlowEnded Lost =
        new(new FlowEnd.Broken(TransferSide.Server, FailureReason.ConnectionLost, "lost") { MayPass = true });

    [Fact]
    public void File_must_be_requested_after_the_decision_and_named_after_its_verification()
    {
        var step = HttpReceiver.Next(Fresh, new HttpReceiverInput.Begin());
        Assert.Equal([new HttpReceiverOutput.AskHost()], step.Outputs.ToArray());

        step = HttpReceiver.Next(step.State, new HttpReceiverInput.Prepared());
        Assert.Equal((TransferState.Accepted, new HttpReceiverOutput.Request()), (step.State.Phase, Assert.Single(step.Outputs)));

        step = HttpReceiver.Next(step.State, new HttpReceiverInput.Responded(1000));
        Assert.Equal([new HttpReceiverOutput.StartFlow()], step.Outputs.ToArray());

        step = HttpReceiver.Next(step.State, new HttpReceiverInput.Progressed());
        Assert.Equal(TransferState.Streaming, step.State.Phase);

        step = HttpReceiver.Next(step.State, new HttpReceiverInput.Arrived());
        Assert.Equal([new HttpReceiverOutput.PutInPlace()], step.Outputs.ToArray());
        Assert.Empty(HttpReceiver.Next(step.State, new HttpReceiverInput.Cancel()).Outputs);
        Assert.Empty(HttpReceiver.Next(step.State, new HttpReceiverInput.TimedOut()).Outputs);

        step = HttpReceiver.Next(step.State, new HttpReceiverInput.FlowEnded(new FlowEnd.Whole(1000, "ab", "/in/a.bin") { Delivery = Delivery.Verified }));
        Assert.Equal(
            new TransferOutcome.Completed(1000, "ab", "/in/a.bin") { Method = StreamMethod.Http, Delivery = Delivery.Verified }, Outcome(step));
    }

    [Fact]
    public void Declined_file_must_not_be_requested()
    {
        var step = HttpReceiver.Next(Fresh, new HttpReceiverInput.Declined("no"));
        Assert.Equal(new TransferOutcome.Refused(TransferSide.Local, "no"), Outcome(step));
    }

    [Theory]
    [InlineData(999L)]
    [InlineData(1001L)]
    public void Size_that_differs_from_the_announced_one_must_fail_before_a_byte_is_read(long size) =>
        Assert.Equal((TransferSide.Peer, FailureReason.WrongLength), Failure(HttpReceiver.Next(Requesting, new HttpReceiverInput.Responded(size))));

    [Fact]
    public void Size_that_only_the_server_tells_must_be_within_what_the_application_accepts()
    {
        var unknown = Requesting with { File = Requesting.File with { Size = null }, MaxSize = 500 };
        Assert.Equal((TransferSide.Local, FailureReason.TooLarge), Failure(HttpReceiver.Next(unknown, new HttpReceiverInput.Responded(501))));
        Assert.IsType<HttpReceiverOutput.StartFlow>(Assert.Single(HttpReceiver.Next(unknown, new HttpReceiverInput.Responded(500)).Outputs));
    }

    [Fact]
    public void Rest_must_be_requested_again_after_a_failure_that_may_pass_but_not_forever()
    {
        var step = HttpReceiver.Next(Downloading, Lost);
        Assert.Equal([new HttpReceiverOutput.Pause()], step.Outputs.ToArray());

        step = HttpReceiver.Next(step.State, new HttpReceiverInput.TimedOut());
        Assert.Equal([new HttpReceiverOutput.Prepare()], step.Outputs.ToArray());

        step = HttpReceiver.Next(step.State, new HttpReceiverInput.Prepared());
        Assert.Equal([new HttpReceiverOutput.Request()], step.Outputs.ToArray());
        Assert.Equal((TransferSide.Server, FailureReason.ConnectionLost), Failure(HttpReceiver.Next(step.State, Lost)));
    }

    [Fact]
    public void Failure_that_lasts_must_end_the_download()
    {
        var broken = new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongHash, "hash");
        Assert.Equal((TransferSide.Peer, FailureReason.WrongHash), Failure(HttpReceiver.Next(Downloading, new HttpReceiverInput.FlowEnded(broken))));
        Assert.Equal(
            (TransferSide.Local, FailureReason.FileUnwritable),
            Failure(HttpReceiver.Next(Downloading with { Stage = HttpReceiverStage.Preparing }, new HttpReceiverInput.Declined("full"))));
    }

    [Fact]
    public void Cancel_and_timeout_must_end_every_stage_before_the_last() => Assert.All(
        Enum.GetValues<HttpReceiverStage>().Except([HttpReceiverStage.PuttingInPlace, HttpReceiverStage.Ended]),
        stage =>
        {
            var state = Downloading with { Stage = stage };
            Assert.IsType<TransferOutcome.Cancelled>(Outcome(HttpReceiver.Next(state, new HttpReceiverInput.Cancel())));
            if (stage != HttpReceiverStage.Pausing)
            {
                Assert.Equal(FailureReason.Timeout, Failure(HttpReceiver.Next(state, new HttpReceiverInput.TimedOut())).Reason);
            }
        });

    private static TransferOutcome Outcome(Step<HttpReceiverState, HttpReceiverOutput> step) =>
        step.Outputs.OfType<HttpReceiverOutput.Finish>().Single().Outcome;

    private static (TransferSide Side, FailureReason Reason) Failure(Step<HttpReceiverState, HttpReceiverOutput> step) =>
        Outcome(step) is TransferOutcome.Failed failed ? (failed.Side, failed.Reason) : throw new InvalidOperationException($"{step.Outputs[^1]}");
}
