using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorTransfer.Cli.Reports;

/// <summary>A terminal whose last lines are drawn again and again, with lines that stay above them. One caller at a time.</summary>
internal sealed class LiveScreen : IAsyncDisposable
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Terminal _terminal;
    private readonly IAnsiConsole _console;
    private readonly Task _screen;
    private LiveDisplayContext? _context;

    private LiveScreen(Terminal terminal, IAnsiConsole console)
    {
        (_terminal, _console) = (terminal, console);
        _screen = console.Live(Text.Empty).AutoClear(true).Overflow(VerticalOverflow.Ellipsis).StartAsync(ShowAsync);
    }

    /// <summary>Null for a terminal that cannot move its cursor.</summary>
    public static LiveScreen? TryMake(Terminal terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        return console.Profile.Capabilities.Ansi ? new LiveScreen(terminal, console) : null;
    }

    /// <summary>Whether it knows more than ASCII.</summary>
    public bool HasUnicode => _console.Profile.Capabilities.Unicode;

    /// <summary>Draws this from now on.</summary>
    public void Draw(IRenderable picture) => _context?.UpdateTarget(picture);

    /// <summary>A line that stays.</summary>
    public void WriteLine(string line) => _console.WriteLine(Terminal.Printable(line));

    /// <summary>A line for the error writer. What is written past the console would land in the midst of the picture.</summary>
    public void Complain(string line)
    {
        if (_terminal.IsErrorLive)
        {
            _console.WriteLine(Terminal.Printable(line), new Style(Color.Red));
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

    private async Task ShowAsync(LiveDisplayContext context)
    {
        _context = context;
        await _over.Task;
    }
}
