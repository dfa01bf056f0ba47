using System.Collections.Immutable;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.HttpUpload;

using SenderStep = Step<HttpSenderState, HttpSenderOutput>;

/// <summary>
/// Sends a file by way of the own server, as pure steps: service, slot, upload (XEP-0363), then a message with the URL to the peer. Nothing of it needs the
/// peer to be online, and nothing tells whether it got the file. An upload that fails for a reason that may pass is tried once more with another slot, if the
/// content can be read again.
/// </summary>
internal static class HttpSender
{
    /// <summary>Applies one input.</summary>
    public static SenderStep Next(HttpSenderState state, HttpSenderInput input) => (state.Stage, input) switch
    {
        (HttpSenderStage.Ended, _) => SenderStep.Ignore(state),
        (_, HttpSenderInput.Cancel cancel) => End(state, new TransferOutcome.Cancelled(state.Phase, TransferSide.Local) { Reason = cancel.Reason }),
        (HttpSenderStage.Pausing, HttpSenderInput.TimedOut) => RequestSlot(state with { IsSecondAttempt = true }),
        (_, HttpSenderInput.TimedOut) => TimedOut(state),
        (HttpSenderStage.Discovering, HttpSenderInput.Begin) => Go(state, HttpSenderStage.Discovering, new HttpSenderOutput.FindService()),
        (HttpSenderStage.Discovering, HttpSenderInput.ServiceFound found) => ServiceFound(state, found),
        (HttpSenderStage.RequestingSlot, HttpSenderInput.SlotAnswered answered) => SlotAnswered(state, answered.Answer),
        (HttpSenderStage.Uploading, HttpSenderInput.Progressed) when state.Phase != TransferState.Streaming =>
            Go(state with { Phase = TransferState.Streaming }, HttpSenderStage.Uploading),
        (HttpSenderStage.Uploading, HttpSenderInput.FlowEnded ended) => FlowEnded(state, ended.End),
        (HttpSenderStage.Announcing, HttpSenderInput.MessageSent sent) => MessageSent(state, sent.Loss),
        _ => SenderStep.Ignore(state),
    };

    /// <summary>The message about an uploaded file.</summary>
    /// <param name="plan">What was sent.</param>
    /// <param name="announce">Where it is.</param>
    /// <param name="key">The key of the upload; null = it is not encrypted.</param>
    public static SharedFile Shared(HttpSenderPlan plan, HttpSenderOutput.Announce announce, AesGcmKey? key) => new(announce.Slot.Get, plan.File.Name)
    {
        Size = plan.File.Size,
        MediaType = plan.MediaType,
        Date = plan.File.Date,
        Description = plan.File.Description,
        Hashes = announce.Sha256 is { } hex ? FileHashes.Of(new FileHash(HashFunction.Sha256, hex)) : FileHashes.None,
        Key = key,
    };

    private static SenderStep ServiceFound(HttpSenderState state, HttpSenderInput.ServiceFound found)
    {
        if (found.Loss is { } loss && found.Service is null)
        {
            var (side, reason, detail) = Refusals.OfSilence(loss, TransferSide.Server, "the search for an upload service");
            return Fail(state, side, reason, detail);
        }

        return found.Service switch
        {
            null => Fail(state, TransferSide.Server, FailureReason.NoMethod, "The server offers no HTTP upload service."),
            { MaxSize: { } limit } when state.Plan.UploadSize > limit =>
                Fail(state, TransferSide.Server, FailureReason.TooLarge, $"The upload service accepts files of at most {limit} bytes."),
            _ => RequestSlot(state with { Service = found.Service }),
        };
    }

    private static SenderStep RequestSlot(HttpSenderState state) => Go(
        state,
        HttpSenderStage.RequestingSlot,
        new HttpSenderOutput.RequestSlot(
            state.Service!.Address, UploadSlot.Request(state.Plan.File.Name, state.Plan.UploadSize, state.Plan.MediaType)));

    private static SenderStep SlotAnswered(HttpSenderState state, Answer answer)
    {
        switch (answer)
        {
            case Answer.Result result:
                return UploadSlot.TryRead(result.Payload, state.Plan.AllowsPlainHttp, out var slot, out var problem)
                    ? Go(
                        state with { Slot = slot, Phase = TransferState.Accepted },
                        HttpSenderStage.Uploading,
                        new HttpSenderOutput.StartUpload(slot))
                    : Fail(state, TransferSide.Server, FailureReason.ProtocolViolation, $"The slot of the upload service cannot be used: {problem}.");
            case Answer.Error error:
                var (refusal, text) = SlotRefusal.Read(error.Stanza);
                return Fail(state, TransferSide.Server, refusal, text);
            default:
                var (side, reason, detail) = Refusals.OfSilence(((Answer.None)answer).Reason, TransferSide.Server, "the request for an upload slot");
                return Fail(state, side, reason, detail);
        }
    }

    private static SenderStep FlowEnded(HttpSenderState state, FlowEnd end) => end switch
    {
        FlowEnd.Broken { MayPass: true } when state is { IsSecondAttempt: false, Plan.File.Ranged: true } =>
            Go(state with { Phase = TransferState.Accepted }, HttpSenderStage.Pausing, new HttpSenderOutput.Pause()),
        FlowEnd.Whole whole => Go(
            state with { Uploaded = new TransferOutcome.Completed(whole.Bytes, whole.Sha256) { Method = StreamMethod.Http, Delivery = Delivery.Uploaded } },
            HttpSenderStage.Announcing,
            new HttpSenderOutput.Announce(state.Slot!, whole.Sha256)),
        _ => End(state, FlowOutcomes.Outcome(state.Phase, end, StreamMethod.Http)),
    };

    private static SenderStep MessageSent(HttpSenderState state, NoAnswer? loss)
    {
        if (loss is not { } why)
        {
            return End(state, state.Uploaded!);
        }

        var (side, reason, detail) = Refusals.OfSilence(why, TransferSide.Server, "the message with the file's address");
        return Fail(state, side, reason, $"The file was uploaded, but the peer was not told. {detail}");
    }

    private static SenderStep TimedOut(HttpSenderState state)
    {
        var (side, detail) = state.Stage switch
        {
            HttpSenderStage.Discovering => (TransferSide.Server, "No upload service was found in time."),
            HttpSenderStage.RequestingSlot => (TransferSide.Server, "The upload service did not respond in time."),
            HttpSenderStage.Announcing => (TransferSide.Server, "The file was uploaded, but the message to the peer was not sent in time."),
            _ => (TransferSide.Server, "No bytes were uploaded in time."),
        };
        return Fail(state, side, FailureReason.Timeout, detail);
    }

    private static SenderStep Go(HttpSenderState state, HttpSenderStage stage, params ImmutableArray<HttpSenderOutput> outputs) =>
        new(state with { Stage = stage }, outputs);

    private static SenderStep Fail(HttpSenderState state, TransferSide side, FailureReason reason, string detail) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, reason, detail));

    private static SenderStep End(HttpSenderState state, TransferOutcome outcome) =>
        Go(state with { Phase = outcome.EndState }, HttpSenderStage.Ended, new HttpSenderOutput.Finish(outcome));
}
