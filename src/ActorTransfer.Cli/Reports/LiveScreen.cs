using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorTransfer.Cli.Reports;

/// <summary>A terminal whose last lines are progress bars or a table, redrawn periodically, below lines that stay. Not thread-safe.</summary>
internal sealed class LiveScreen : IAsyncDisposable
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Terminal _terminal;
    private readonly IAnsiConsole _console;
    private readonly Task _screen;
    private IRenderable _table = Text.Empty;

    /// <summary>Starts drawing.</summary>
    /// <param name="terminal">For errors shown on another screen.</param>
    /// <param name="console">A console that can move its cursor.</param>
    public LiveScreen(Terminal terminal, IAnsiConsole console)
    {
        (_terminal, _console) = (terminal, console);
        _screen = new Progress(console)
        {
            AutoClear = true,
            AutoRefresh = false,
            ExcludeVerticalPadding = true,
            RenderHook = (bars, tasks) => tasks.Count > 0 ? bars : _table,
        }
            .Columns(new TextColumn(row => row.Shown), new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TextColumn(row => row.Note))
            .StartAsync(ShowAsync);
    }

    /// <summary>The progress bars; each has a <see cref="Row"/> as its <see cref="ProgressTask.Tag"/>.</summary>
    public ProgressContext Bars { get; private set; } = null!;

    /// <summary>Null if the terminal cannot move its cursor.</summary>
    public static LiveScreen? TryMake(Terminal terminal)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out), Interactive = InteractionSupport.Yes };
        var console = AnsiConsole.Create(settings);
        return console.Profile.Capabilities.Ansi ? new LiveScreen(terminal, console) : null;
    }

    /// <summary>Shows this instead of bars.</summary>
    public void Draw(IRenderable table)
    {
        _table = table;
        Bars.Refresh();
    }

    /// <summary>Writes a line that stays.</summary>
    public void WriteLine(string line) => _console.Write(new Line(line, Style.Plain));

    /// <summary>Writes a line for the error writer. Writing it past the console would corrupt the screen.</summary>
    public void Complain(string line)
    {
        if (_terminal.IsErrorLive)
        {
            _console.Write(new Line(line, new Style(Color.Red)));
        }
        else
        {
            _terminal.WriteError(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        await _screen;
    }

    private async Task ShowAsync(ProgressContext bars)
    {
        Bars = bars;
        await _over.Task;
    }

    /// <summary>The text beside a bar, without markup.</summary>
    public sealed record Row(string Name, string Note)
    {
        private const int NameWidth = 30;

        public string Shown => Name.Length <= NameWidth ? Name : string.Concat(Name.AsSpan(0, NameWidth - 1), "…");
    }

    /// <summary>Overwrites the bars, which are redrawn below it: what the line does not cover has to be erased.</summary>
    private sealed class Line(string text, Style style) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            [Segment.Control("\e[J"), .. ((IRenderable)new Text(Terminal.Printable(text), style)).Render(options, maxWidth), Segment.LineBreak];
    }

    private sealed class TextColumn(Func<Row, string> text) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.Tag is Row row ? text(row) : "") { Overflow = Overflow.Ellipsis };
    }
}
