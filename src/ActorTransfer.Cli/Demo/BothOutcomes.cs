namespace ActorTransfer.Cli.Demo;

/// <summary>The outcomes of both ends of a transfer.</summary>
internal static class BothOutcomes
{
    /// <summary>Null when both completed with the same hash; else the most informative failure.</summary>
    /// <param name="sent">The sender's outcome.</param>
    /// <param name="received">The receiver's; null when the offer never reached it.</param>
    public static CommandException? FailureOf(TransferOutcome sent, TransferOutcome? received)
    {
        if (sent is TransferOutcome.Completed left && received is TransferOutcome.Completed arrived)
        {
            return left.Sha256 == arrived.Sha256
                ? null
                : new CommandException(ExitCode.WrongHash, $"the received file differs from the sent one: SHA-256 {arrived.Sha256} instead of {left.Sha256}");
        }

        // The side that caused the failure knows more than the one whose connection broke.
        TransferOutcome?[] outcomes = [received, sent];
        return Of(Array.Find(outcomes, IsOwnFault)
            ?? Array.Find(outcomes, outcome => outcome is TransferOutcome.Failed { Reason: not FailureReason.ConnectionLost })
            ?? Array.Find(outcomes, outcome => outcome is TransferOutcome.Failed or TransferOutcome.Refused)
            ?? Array.Find(outcomes, outcome => outcome is not null and not TransferOutcome.Completed)!);
    }

    private static bool IsOwnFault(TransferOutcome? outcome) =>
        outcome is TransferOutcome.Failed { Side: TransferSide.Local } or TransferOutcome.Refused { By: TransferSide.Local };

    private static CommandException Of(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Refused { By: TransferSide.Local } refused => new(ExitCode.TargetUnwritable, $"the file cannot be received: {refused.Reason}"),
        TransferOutcome.Refused refused => new(ExitCode.Refused, $"the offer was refused: {refused.Reason}"),
        TransferOutcome.Cancelled cancelled => new(ExitCode.TransferFailed, $"the transfer was cancelled in state {cancelled.Phase}"),
        TransferOutcome.Failed failed => new(
            ExitCodes.Of(failed.Reason), $"the transfer failed in state {failed.Phase} ({failed.Side}, {failed.Reason}): {failed.Detail}"),
        _ => new(ExitCode.Internal, $"the transfer ended with {outcome}"),
    };
}
