using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Output;

/// <summary>Chooses the output format of a command.</summary>
internal static class ReportChoice
{
    public static IReport Make(OutputRequest output, Terminal terminal, TimeProvider time) =>
        output.Json ? new JsonReport(terminal.Out)
        : output.On(terminal) is { IsLive: true } screen && !output.Verbose && LiveReport.TryMake(screen) is { } live ? live
        : new LineReport(output.On(terminal), time);
}
