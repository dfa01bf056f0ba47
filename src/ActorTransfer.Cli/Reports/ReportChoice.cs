namespace ActorTransfer.Cli.Reports;

/// <summary>Chooses the output format of a command.</summary>
internal static class ReportChoice
{
    public static IReport Make(bool json, bool verbose, Terminal terminal, TimeProvider time) =>
        json ? new JsonReport(terminal.Out)
        : terminal.IsLive && !verbose && LiveReport.TryMake(terminal) is { } live ? live
        : new LineReport(terminal, time);
}
