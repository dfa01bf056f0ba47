using System.Collections.Immutable;
using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Protocol.HttpUpload;

using ReceiverStep = Step<HttpReceiverState, HttpReceiverOutput>;

/// <summary>
/// Receives a file that a peer announced by its URL, as pure steps: the application decides, the file is requested, received, verified and put in
/// place. After a failure that may pass, the rest is requested again. The peer is not told anything.
/// </summary>
internal static class HttpReceiver
{
    /// <summary>Applies one input.</summary>
    public static ReceiverStep Next(HttpReceiverState state, HttpReceiverInput input) => (state.Stage, input) switch
    {
        (HttpReceiverStage.Ended, _) => ReceiverStep.Ignore(state),
        (HttpReceiverStage.PuttingInPlace, HttpReceiverInput.Cancel or HttpReceiverInput.TimedOut) => ReceiverStep.Ignore(state),
        (_, HttpReceiverInput.Cancel cancel) => End(state, new TransferOutcome.Cancelled(state.Phase, TransferSide.Local) { Reason = cancel.Reason }),
        (HttpReceiverStage.Pausing, HttpReceiverInput.TimedOut) => Go(state, HttpReceiverStage.Preparing, new HttpReceiverOutput.Prepare()),
        (_, HttpReceiverInput.TimedOut) => TimedOut(state),
        (HttpReceiverStage.Offered, HttpReceiverInput.Begin) => Go(state, HttpReceiverStage.Offered, new HttpReceiverOutput.AskHost()),
        (HttpReceiverStage.Offered or HttpReceiverStage.Preparing, HttpReceiverInput.Prepared prepared) => Go(
            state with { Phase = TransferState.Accepted, Attempts = state.Attempts + 1, MaxSize = prepared.MaxSize },
            HttpReceiverStage.Requesting,
            new HttpReceiverOutput.Request()),
        (HttpReceiverStage.Offered, HttpReceiverInput.Declined declined) =>
            End(state, new TransferOutcome.Refused(TransferSide.Local, declined.Reason)),
        (HttpReceiverStage.Preparing, HttpReceiverInput.Declined declined) =>
            Fail(state, TransferSide.Local, FailureReason.FileUnwritable, declined.Reason),
        (HttpReceiverStage.Requesting, HttpReceiverInput.Responded responded) => Responded(state, responded.Size),
        (HttpReceiverStage.Downloading, HttpReceiverInput.Progressed) when state.Phase != TransferState.Streaming =>
            Go(state with { Phase = TransferState.Streaming }, HttpReceiverStage.Downloading),
        (HttpReceiverStage.Downloading, HttpReceiverInput.Arrived) => Go(state, HttpReceiverStage.PuttingInPlace, new HttpReceiverOutput.PutInPlace()),
        (HttpReceiverStage.Requesting or HttpReceiverStage.Downloading or HttpReceiverStage.PuttingInPlace, HttpReceiverInput.FlowEnded ended) =>
            FlowEnded(state, ended.End),
        _ => ReceiverStep.Ignore(state),
    };

    /// <summary>The size in the message and that of the server must be one, and a size that only the server tells must be allowed.</summary>
    private static ReceiverStep Responded(HttpReceiverState state, long size) =>
        state.File.Size is { } announced && announced != size
            ? Fail(state, TransferSide.Peer, FailureReason.WrongLength, $"The file has {size} bytes, but {announced} were announced.")
            : state.File.Size is null && size > state.MaxSize
                ? Fail(state, TransferSide.Local, FailureReason.TooLarge, $"The file has {size} bytes; at most {state.MaxSize} are accepted.")
                : Go(state, HttpReceiverStage.Downloading, new HttpReceiverOutput.StartFlow());

    private static ReceiverStep FlowEnded(HttpReceiverState state, FlowEnd end) =>
        end is FlowEnd.Broken { MayPass: true } && state.Attempts < state.MaxAttempts
            ? Go(state with { Phase = TransferState.Accepted }, HttpReceiverStage.Pausing, new HttpReceiverOutput.Pause())
            : End(state, FlowOutcomes.Outcome(state.Phase, end, StreamMethod.Http));

    private static ReceiverStep TimedOut(HttpReceiverState state) => state.Stage switch
    {
        HttpReceiverStage.Offered => Fail(state, TransferSide.Local, FailureReason.Timeout, "The offer timed out without a decision."),
        HttpReceiverStage.Preparing => Fail(state, TransferSide.Local, FailureReason.Timeout, "The partial file could not be opened in time."),
        HttpReceiverStage.Requesting => Fail(state, TransferSide.Server, FailureReason.Timeout, "The HTTP server did not respond in time."),
        _ => Fail(state, TransferSide.Server, FailureReason.Timeout, "No bytes were received in time."),
    };

    private static ReceiverStep Go(HttpReceiverState state, HttpReceiverStage stage, params ImmutableArray<HttpReceiverOutput> outputs) =>
        new(state with { Stage = stage }, outputs);

    private static ReceiverStep Fail(HttpReceiverState state, TransferSide side, FailureReason reason, string detail) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, reason, detail));

    private static ReceiverStep End(HttpReceiverState state, TransferOutcome outcome) =>
        Go(state with { Phase = outcome.EndState }, HttpReceiverStage.Ended, new HttpReceiverOutput.Finish(outcome));
}
