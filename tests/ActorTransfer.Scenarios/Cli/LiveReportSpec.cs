using System.Collections.Immutable;
using ActorTransfer.Cli;
using ActorTransfer.Cli.Proxy;
using ActorTransfer.Cli.Reports;
using Spectre.Console;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>What a person at a terminal sees while transfers run.</summary>
public sealed class LiveReportSpec : IDisposable
{
    private const string CursorShown = "\e[?25h";
    private static readonly Jid Bob = Jid.Parse("bob@example.org/desk");
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Each_transfer_must_have_a_bar_with_its_name_share_speed_and_remaining_time()
    {
        await using var report = new LiveReport(Screen());
        report.Report(new TransferEvent.Offer(new TransferId(1), Bob, false, "a.bin", 1000));
        Assert.Matches("a.bin .*━.* 0% *waiting for the peer", Picture());
        report.Report(new TransferEvent.Accepted(new TransferId(1)));
        Assert.Matches("a.bin .* selecting a method", Picture());
        report.Report(new TransferEvent.MethodSelected(new TransferId(1), new TransferMethod(StreamMethod.Proxy, "192.0.2.1:7777")));
        Assert.Matches("a.bin uses the proxy at 192.0.2.1:7777(.|\n)*a.bin .* proxy", Picture());
        report.Report(new TransferEvent.Offer(new TransferId(2), Bob, true, "b.bin", 0));
        report.Report(new TransferEvent.Progress(new TransferId(1), 500, 1000, 250));
        Assert.Matches("a.bin .* 50% *500 B of 1 kB, 250 B/s, 0:02 left *\n+b.bin .* 0% *offered", Picture());
        report.Report(new TransferEvent.Progress(new TransferId(2), 0, 0, 0));
        Assert.Matches("b.bin .* 100% *0 B of 0 B", Picture());
    }

    [Fact]
    public async Task A_transfer_of_unknown_size_must_tell_what_has_moved()
    {
        await using var report = new LiveReport(Screen());
        report.Report(new TransferEvent.Offer(new TransferId(1), Bob, true, "a.bin", null));
        report.Report(new TransferEvent.Progress(new TransferId(1), 500, null, 250));
        Assert.Matches("a.bin .* 0% *500 B, 250 B/s", Picture());
    }

    [Fact]
    public async Task A_transfer_that_ended_must_leave_a_line_and_no_bar()
    {
        await using (var report = new LiveReport(Screen()))
        {
            report.Report(new TransferEvent.Offer(new TransferId(1), Bob, true, "a.bin", 10));
            report.Report(new TransferEvent.Offer(new TransferId(2), Bob, true, "b.bin", 10));
            report.Report(new TransferEvent.Completed(new TransferId(1), true, "a.bin", 10, "ab", null, TimeSpan.FromSeconds(1), "/in/a.bin", Delivery.Verified));
            Assert.Contains("a.bin received as /in/a.bin", Picture(), StringComparison.Ordinal);
            report.Remark("nothing of note");
            report.Report(new TransferEvent.Failed(new TransferId(2), "b.bin", new Failure("streaming", "peer", "link-lost", "gone", ExitCode.ServerUnreachable)));
            report.Report(new TransferEvent.Ready(Bob));
            Assert.DoesNotContain("━", Picture(), StringComparison.Ordinal);
        }

        Assert.EndsWith(CursorShown, _output.ToString(), StringComparison.Ordinal);
        Assert.Equal("actor-transfer: nothing of note\nactor-transfer: b.bin: gone\n", _error.ToString());
    }

    [Theory]
    [InlineData("[red]x[/]", "[red]x[/] ")]
    [InlineData("[", "[ ")]
    [InlineData("   ", "━")]
    [InlineData("a\e[2Jb\n", "a\\u{001B}[2Jb\\u{000A} ")]
    [InlineData("a-name-that-is-longer-than-a-bar-leaves-room-for", "a-name-that-is-longer-than-a-… ")]
    public async Task A_name_of_a_peer_must_be_shown_as_it_is_and_command_nothing(string name, string shown)
    {
        await using var report = new LiveReport(Screen());
        report.Report(new TransferEvent.Offer(new TransferId(1), Bob, true, name, 10));
        report.Report(new TransferEvent.Ready(Bob));
        Assert.Contains(shown, Picture(), StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2J", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_must_not_leave_the_rest_of_a_bar_beside_it()
    {
        await using var report = new LiveReport(Screen());
        report.Report(new TransferEvent.Offer(new TransferId(1), Bob, true, "a.bin", 10));
        report.Report(new TransferEvent.Ready(Bob));
        Assert.Contains("\r\e[JReady as bob@example.org/desk\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_transfers_than_a_screen_has_lines_must_not_scroll_it()
    {
        await using var report = new LiveReport(Screen());
        for (var id = 1; id <= 60; id++)
        {
            report.Report(new TransferEvent.Offer(new TransferId(id), Bob, true, "a.bin", 10));
        }

        Assert.InRange(Picture().Count(sign => sign == '\n'), 10, 30);
    }

    [Fact]
    public async Task A_table_must_be_drawn_in_the_same_place_and_taken_away_at_the_end()
    {
        await using (var report = new ProxyTable(Screen()))
        {
            report.Report(new ProxyEvent.Status(3, 120, 1e6, 2, 5, 7, ImmutableSortedDictionary<string, long>.Empty.Add("[acl]", 3)));
            Assert.Matches(@"pairs active.* 120(.|\n)*refused: \[acl\].* 3", Picture());
            report.Report(new ProxyEvent.Connection(IsUp: true, Why: null));
            Assert.Matches("Connected to the server again\n(.|\n)*pairs active", Picture());
        }

        Assert.EndsWith(CursorShown, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Output_that_is_no_terminal_must_get_lines_or_objects()
    {
        var plain = new Terminal(_output, _error, IsLive: false);
        Assert.IsType<LineReport>(ReportChoice.Make(json: false, verbose: false, plain, TimeProvider.System));
        Assert.IsType<LineReport>(ReportChoice.Make(json: false, verbose: true, plain with { IsLive = true }, TimeProvider.System));
        Assert.IsType<JsonReport>(ReportChoice.Make(json: true, verbose: false, plain with { IsLive = true }, TimeProvider.System));
    }

    private LiveScreen Screen()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_output),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (120, 24, true);
        return new LiveScreen(new Terminal(_output, _error, IsLive: true), console);
    }

    /// <summary>What was written last: everything behind the last move of the cursor to the top of the picture.</summary>
    private string Picture()
    {
        var text = _output.ToString();
        return System.Text.RegularExpressions.Regex.Replace(text[(text.LastIndexOf('\r') + 1)..], @"\e\[[\d;?]*[a-zA-Z]", "");
    }
}
