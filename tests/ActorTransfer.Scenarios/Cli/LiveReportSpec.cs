using System.Collections.Immutable;
using ActorTransfer.Cli;
using ActorTransfer.Cli.Output;
using ActorTransfer.Cli.Proxy;
using ActorTransfer.Cli.Reports;
using Spectre.Console;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>The terminal output while transfers are active.</summary>
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
    public async Task Each_transfer_must_have_a_bar_with_its_name_percentage_speed_and_remaining_time()
    {
        await using var report = new LiveReport(Screen());
        report.Report(new TransferEvent.Offer(new TransferId(1), Bob, false, "a.bin", 1000));
        Assert.Matches("a.bin .*━.* 0% *waiting for the peer", Frame());
        report.Report(new TransferEvent.Accepted(new TransferId(1)));
        Assert.Matches("a.bin .* selecting a method", Frame());
        report.Report(new TransferEvent.MethodSelected(new TransferId(1), new TransferMethod(StreamMethod.Proxy, "192.0.2.1:7777")));
        Assert.Matches("a.bin uses the proxy at 192.0.2.1:7777(.|\n)*a.bin .* proxy", Frame());
        report.Report(new TransferEvent.Offer(new TransferId(2), Bob, true, "b.bin", 0));
        report.Report(new TransferEvent.Progress(new TransferId(1), 500, 1000, 250));
        Assert.Matches("a.bin .* 50% *500 B of 1 kB, 250 B/s, 0:02 left *\n+b.bin .* 0% *offered", Frame());
        report.Report(new TransferEvent.Progress(new TransferId(2), 0, 0, 0));
        Assert.Matches("b.bin .* 100% *0 B of 0 B", Frame());
    }

    [Fact]
    public async Task Transfer_of_unknown_size_must_show_the_transferred_bytes()
    {
        await using var report = new LiveReport(Screen());
        report.Report(new TransferEvent.Offer(new TransferId(1), Bob, true, "a.bin", null));
        report.Report(new TransferEvent.Progress(new TransferId(1), 500, null, 250));
        Assert.Matches("a.bin .* 0% *500 B, 250 B/s", Frame());
    }

    [Fact]
    public async Task Ended_transfer_must_leave_a_line_and_no_bar()
    {
        await using (var report = new LiveReport(Screen()))
        {
            report.Report(new TransferEvent.Offer(new TransferId(1), Bob, true, "a.bin", 10));
            report.Report(new TransferEvent.Offer(new TransferId(2), Bob, true, "b.bin", 10));
            report.Report(
                new TransferEvent.Completed(new TransferId(1), true, "a.bin", 10, "ab", null, TimeSpan.FromSeconds(1), "/in/a.bin", Delivery.Verified));
            Assert.Contains("a.bin received as /in/a.bin", Frame(), StringComparison.Ordinal);
            report.Remark("nothing of note");
            report.Report(
                new TransferEvent.Failed(new TransferId(2), "b.bin", new Failure("streaming", "peer", "link-lost", "gone", ExitCode.ServerUnreachable)));
            report.Report(new TransferEvent.Ready(Bob));
            Assert.DoesNotContain("━", Frame(), StringComparison.Ordinal);
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
    public async Task Name_from_a_peer_must_be_shown_unchanged_without_control_sequences(string name, string shown)
    {
        await using var report = new LiveReport(Screen());
        report.Report(new TransferEvent.Offer(new TransferId(1), Bob, true, name, 10));
        report.Report(new TransferEvent.Ready(Bob));
        Assert.Contains(shown, Frame(), StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2J", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_must_overwrite_the_whole_bar()
    {
        await using var report = new LiveReport(Screen());
        report.Report(new TransferEvent.Offer(new TransferId(1), Bob, true, "a.bin", 10));
        report.Report(new TransferEvent.Ready(Bob));
        Assert.Contains("\r\e[JReady as bob@example.org/desk\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_transfers_than_screen_lines_must_not_scroll_the_screen()
    {
        await using var report = new LiveReport(Screen());
        for (var id = 1; id <= 60; id++)
        {
            report.Report(new TransferEvent.Offer(new TransferId(id), Bob, true, "a.bin", 10));
        }

        Assert.InRange(Frame().Count(sign => sign == '\n'), 10, 30);
    }

    [Fact]
    public async Task Table_must_be_redrawn_in_place_and_removed_at_the_end()
    {
        await using (var report = new ProxyTable(Screen()))
        {
            report.Report(new ProxyEvent.Status(3, 120, 1e6, 2, 5, 7, ImmutableSortedDictionary<string, long>.Empty.Add("[acl]", 3)));
            Assert.Matches(@"pairs active.* 120(.|\n)*refused: \[acl\].* 3", Frame());
            report.Report(new ProxyEvent.Connection(IsUp: true, Reason: null));
            Assert.Matches("Connected to the server again\n(.|\n)*pairs active", Frame());
        }

        Assert.EndsWith(CursorShown, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Output_that_is_not_a_terminal_must_get_lines_or_JSON()
    {
        var plain = new Terminal(_output, _error, IsLive: false);
        Assert.IsType<LineReport>(ReportChoice.Make(new OutputRequest(), plain, TimeProvider.System));
        Assert.IsType<LineReport>(ReportChoice.Make(new OutputRequest { Verbose = true }, plain with { IsLive = true }, TimeProvider.System));
        Assert.IsType<JsonReport>(ReportChoice.Make(new OutputRequest { Json = true }, plain with { IsLive = true }, TimeProvider.System));
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

    /// <summary>The last written frame: everything after the last move of the cursor to the top.</summary>
    private string Frame()
    {
        var text = _output.ToString();
        return System.Text.RegularExpressions.Regex.Replace(text[(text.LastIndexOf('\r') + 1)..], @"\e\[[\d;?]*[a-zA-Z]", "");
    }
}
