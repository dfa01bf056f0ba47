namespace ActorTransfer.Cli.Reports;

/// <summary>Creates failures from outcomes and exceptions.</summary>
internal static class Failures
{
    /// <summary>Null for a transfer that completed.</summary>
    public static Failure? Of(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Refused { By: TransferSide.Local } refused => new(
            "offer", "local", "refused", $"the file cannot be received: {refused.Reason}", ExitCode.TargetUnwritable),
        TransferOutcome.Refused refused => new(
            "offer", Words.Hyphenated(refused.By), "refused", $"the offer was refused: {refused.Reason}", ExitCode.Refused),
        TransferOutcome.Cancelled { By: TransferSide.Local } cancelled => new(
            Words.Hyphenated(cancelled.Phase), "local", "cancelled", "the transfer was cancelled here", ExitCode.Interrupted),
        TransferOutcome.Cancelled cancelled => new(
            Words.Hyphenated(cancelled.Phase), Words.Hyphenated(cancelled.By), "cancelled", "the peer cancelled the transfer", ExitCode.TransferFailed),
        TransferOutcome.Failed failed => new(
            Words.Hyphenated(failed.Phase), Words.Hyphenated(failed.Side), Words.Hyphenated(failed.Reason), failed.Detail, ExitCodes.Of(failed.Reason))
        {
            PartialFile = failed.PartialFile,
        },
        _ => null,
    };

    /// <summary>Invalid arguments.</summary>
    public static FailureException Usage(string detail, Exception? inner = null) =>
        new(new Failure("arguments", "local", "usage", detail, ExitCode.Usage), inner);

    /// <summary>A failure with only a code and a message.</summary>
    public static Failure Of(CommandException failure) => failure is FailureException detailed
        ? detailed.Failure
        : new("command", "local", Words.Hyphenated(failure.Code), failure.Message, failure.Code);
}
