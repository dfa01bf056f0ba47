using ActorTransfer.Cli.Reports;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cli.Transfers;

/// <summary>
/// Turns the progress of a transfer into events, always in this order: accepted, method, progress, then completed or failed. A completed transfer has
/// each of them at least once; progress comes at most four times a second, and once more at the end.
/// </summary>
internal sealed class TransferWatch(ITransfer transfer, IReport report, TimeProvider time)
{
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromMilliseconds(250);
    private TransferMethod? _method;
    private long? _accepted;
    private long _began;
    private long? _reported;
    private long _bytes = -1;
    private long _first;

    /// <summary>Follows the transfer to its end.</summary>
    /// <param name="isIncoming">This side receives.</param>
    /// <param name="path">Path of the file to send; null when receiving.</param>
    /// <param name="interrupted">Cancels the transfer on both sides; it is still followed to its end.</param>
    public async Task<ExitCode> RunAsync(bool isIncoming, string? path, CancellationToken interrupted = default)
    {
        await using var onInterrupt = interrupted.Register(transfer.Cancel);
        await FollowAsync(isIncoming);
        return End(await transfer.Completion, isIncoming, path);
    }

    /// <summary>Follows the transfer until it ends; the caller reports the outcome.</summary>
    public async Task FollowAsync(bool isIncoming)
    {
        if (isIncoming)
        {
            Accept();
        }

        await foreach (var progress in transfer.ProgressAsync(CancellationToken.None))
        {
            Follow(progress);
        }
    }

    private void Follow(TransferProgress progress)
    {
        if (progress.State is TransferState.Offer || progress.State.IsEnd())
        {
            return;
        }

        Accept();
        if (Take(progress.Method))
        {
            // A resumed transfer begins in the middle: earlier bytes do not count for the rate.
            (_began, _first) = (time.GetTimestamp(), progress.Bytes);
        }

        if (_method is not null && progress.Bytes != _bytes && (_reported is not { } last || time.GetElapsedTime(last) >= BetweenProgress))
        {
            Move(progress.Bytes);
        }
    }

    private void Accept()
    {
        if (_accepted is null)
        {
            _accepted = _began = time.GetTimestamp();
            report.Report(new TransferEvent.Accepted(transfer.Id));
        }
    }

    private bool Take(TransferMethod? method)
    {
        if (method is null || method == _method)
        {
            return false;
        }

        _method = method;
        report.Report(new TransferEvent.MethodSelected(transfer.Id, method) { Signalling = transfer.Signalling });
        return true;
    }

    private void Move(long bytes)
    {
        var seconds = time.GetElapsedTime(_began).TotalSeconds;
        _bytes = bytes;
        _reported = time.GetTimestamp();
        long? size = transfer.File.IsSizeUnknown ? null : transfer.File.Size;
        report.Report(new TransferEvent.Progress(transfer.Id, bytes, size, seconds > 0 ? (bytes - _first) / seconds : 0));
    }

    private ExitCode End(TransferOutcome outcome, bool isIncoming, string? path)
    {
        if (outcome is TransferOutcome.Completed completed)
        {
            Complete(completed, isIncoming, path);
            return ExitCode.Done;
        }

        var failure = Failures.Of(outcome)!;
        report.Report(new TransferEvent.Failed(transfer.Id, transfer.File.Name, failure));
        return failure.Code;
    }

    private void Complete(TransferOutcome.Completed completed, bool isIncoming, string? path)
    {
        Accept();
        Take(transfer.Method);
        if (completed.Method is { } method && method != _method?.Method)
        {
            Take(new TransferMethod(method, null));
        }

        var (file, took) = (transfer.File, time.GetElapsedTime(_accepted!.Value));
        var size = file.IsSizeUnknown ? completed.Bytes : file.Size;
        if (_bytes != size)
        {
            Move(size);
        }

        report.Report(new TransferEvent.Completed(
            transfer.Id, isIncoming, file.Name, size, completed.Sha256, _method, took, completed.Path ?? path, completed.Delivery));
    }
}
