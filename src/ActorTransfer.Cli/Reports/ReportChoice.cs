using ActorTransfer.Cli.Accounts;

namespace ActorTransfer.Cli.Reports;

/// <summary>Chooses the form of what a command tells.</summary>
internal static class ReportChoice
{
    public static IReport Make(AccountRequest account, Terminal terminal, TimeProvider time) =>
        account.Json ? new JsonReport(terminal.Out)
        : terminal.IsLive && !account.Verbose && LiveReport.TryMake(terminal) is { } live ? live
        : new LineReport(terminal, time);
}
