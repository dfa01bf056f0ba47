namespace ActorTransfer.Cli.Demo;

/// <summary>Reads what both ends of a transfer say about its end.</summary>
internal static class Verdict
{
    /// <summary>Null when both completed with the same hash; else the failure that tells most.</summary>
    /// <param name="sent">The sender's word.</param>
    /// <param name="received">The receiver's; null when the offer never reached it.</param>
    public static CommandException? Of(TransferOutcome sent, TransferOutcome? received)
    {
        if (sent is TransferOutcome.Completed left && received is TransferOutcome.Completed arrived)
        {
            return left.Sha256 == arrived.Sha256
                ? null
                : new CommandException(ExitCode.WrongHash, $"what arrived is not what was sent: SHA-256 {arrived.Sha256} instead of {left.Sha256}");
        }

        // The end whose own fault it is knows more than the one that saw the line go dead.
        TransferOutcome?[] words = [received, sent];
        return Of(Array.Find(words, IsOwnFault)
            ?? Array.Find(words, word => word is TransferOutcome.Failed { Reason: not FailureReason.ConnectionLost })
            ?? Array.Find(words, word => word is TransferOutcome.Failed or TransferOutcome.Refused)
            ?? Array.Find(words, word => word is not null and not TransferOutcome.Completed)!);
    }

    private static bool IsOwnFault(TransferOutcome? word) =>
        word is TransferOutcome.Failed { Side: TransferSide.Local } or TransferOutcome.Refused { By: TransferSide.Local };

    private static CommandException Of(TransferOutcome word) => word switch
    {
        TransferOutcome.Refused { By: TransferSide.Local } refused => new(ExitCode.TargetUnwritable, $"the file cannot be received: {refused.Reason}"),
        TransferOutcome.Refused refused => new(ExitCode.Refused, $"the offer was refused: {refused.Reason}"),
        TransferOutcome.Cancelled cancelled => new(ExitCode.TransferFailed, $"the transfer was cancelled in state {cancelled.Phase}"),
        TransferOutcome.Failed failed => new(
            ExitCodes.Of(failed.Reason), $"the transfer failed in state {failed.Phase} ({failed.Side}, {failed.Reason}): {failed.Detail}"),
        _ => new(ExitCode.Internal, $"the transfer ended with {word}"),
    };
}
