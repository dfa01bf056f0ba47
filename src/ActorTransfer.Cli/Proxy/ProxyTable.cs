using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorTransfer.Cli.Proxy;

/// <summary>For people at a terminal: lines about what has happened, and below them a table of what goes on.</summary>
internal sealed class ProxyTable : IProxyReport
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Terminal _terminal;
    private readonly IAnsiConsole _console;
    private readonly Task _screen;
    private LiveDisplayContext? _context;

    private ProxyTable(Terminal terminal, IAnsiConsole console)
    {
        (_terminal, _console) = (terminal, console);
        _screen = console.Live(Text.Empty).AutoClear(true).Overflow(VerticalOverflow.Ellipsis).StartAsync(ShowAsync);
    }

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Null for a terminal that cannot move its cursor.</summary>
    public static ProxyTable? TryMake(Terminal terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        return console.Profile.Capabilities.Ansi ? new ProxyTable(terminal, console) : null;
    }

    public void Report(ProxyEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case ProxyEvent.Status status:
                    _context?.UpdateTarget(Table(status));
                    break;
                case ProxyEvent.Failed failed:
                    Complain(ProxyLines.Of(failed));
                    break;
                default:
                    _console.WriteLine(ProxyLines.Of(happened) ?? "");
                    break;
            }
        }
    }

    public void Remark(string line)
    {
        lock (_gate)
        {
            Complain(ProxyLines.Remark(line));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        await _screen;
    }

    /// <summary>The table of one look.</summary>
    public static IRenderable Table(ProxyEvent.Status status)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn(new TableColumn("now").RightAligned()).AddColumn(new TableColumn("in all").RightAligned());
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

    private async Task ShowAsync(LiveDisplayContext context)
    {
        _context = context;
        await _over.Task;
    }

    /// <summary>What is written past the console would land in the midst of the table.</summary>
    private void Complain(string line)
    {
        if (_terminal.IsErrorLive)
        {
            _console.WriteLine(line, new Style(Color.Red));
        }
        else
        {
            _terminal.Error.WriteLine(line);
        }
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
