namespace ActorTransfer.Cli.Reports;

/// <summary>Chooses the form of what a command tells.</summary>
internal static class ReportChoice
{
    public static IReport Make(bool json, bool verbose, Terminal terminal, TimeProvider time) =>
        json ? new JsonReport(terminal.Out)
        : terminal.IsLive && !verbose && LiveReport.TryMake(terminal) is { } live ? live
        : new LineReport(terminal, time);
}
