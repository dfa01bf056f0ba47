using System.Globalization;
using ActorTransfer.Cli.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorTransfer.Cli.Proxy;

/// <summary>For a terminal: lines of events, and below them a table of current figures.</summary>
internal sealed class ProxyTable(LiveScreen screen) : IProxyReport
{
    private readonly Lock _gate = new();

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Null if the terminal cannot move its cursor.</summary>
    public static ProxyTable? TryMake(Terminal terminal) => LiveScreen.TryMake(terminal) is { } screen ? new ProxyTable(screen) : null;

    public void Report(ProxyEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case ProxyEvent.Status status:
                    screen.Draw(Table(status));
                    break;
                case ProxyEvent.Failed failed:
                    screen.Complain(ProxyLines.Of(failed));
                    break;
                default:
                    screen.WriteLine(ProxyLines.Of(happened) ?? "");
                    break;
            }
        }
    }

    public void Remark(string line)
    {
        lock (_gate)
        {
            screen.Complain(ProxyLines.Remark(line));
        }
    }

    public ValueTask DisposeAsync() => screen.DisposeAsync();

    /// <summary>The table of one status.</summary>
    public static IRenderable Table(ProxyEvent.Status status)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("").AddColumn(new TableColumn("now").RightAligned()).AddColumn(new TableColumn("in all").RightAligned());
        table.AddRow("pairs pending", Number(status.Pending), "");
        table.AddRow("pairs active", Number(status.Active), "");
        table.AddRow("bytes", string.Create(CultureInfo.InvariantCulture, $"{status.BytesPerSecond / 1e6:0.0} MB/s"), ByteSize.Format(status.Bytes));
        table.AddRow("set-ups", string.Create(CultureInfo.InvariantCulture, $"{status.SetUpsPerSecond:0.0} /s"), Number(status.SetUps));
        foreach (var (reason, count) in status.Refusals)
        {
            table.AddRow(new Text($"refused: {reason}"), Text.Empty, new Text(Number(count)));
        }

        return table;
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
