using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>The page with a scripted monitor: many transfers, hostile text, small windows, the keyboard.</summary>
public sealed class ManyTransfersSpec(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const int Many = 2_000;

    /// <summary>Scrolls for two seconds, a step in each frame, and returns the times between frames.</summary>
    private const string Scroll =
        """
        () => new Promise(done => {
          const scroll = document.getElementById('scroll'), times = [], rows = [];
          let last;
          const step = now => {
            if (last !== undefined) times.push(now - last);
            last = now;
            rows.push(document.getElementById('rows').children.length);
            scroll.scrollTop += scroll.scrollHeight / 120;
            if (times.length < 120) requestAnimationFrame(step); else done({ times, most: Math.max(...rows) });
          };
          requestAnimationFrame(step);
        })
        """;

    private readonly ScriptedMonitor _monitor = new();

    [ChromiumFact]
    public async Task Two_thousand_active_transfers_must_scroll_smoothly_while_they_move()
    {
        _monitor.View = _monitor.View with { Active = ScriptedMonitor.Many(Many) };
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync();
        var page = await OpenAsync(window, host);
        await Expect(page.Locator("#sum-active")).ToHaveTextAsync("2,000");
        await Expect(page.Locator("#grid")).ToHaveAttributeAsync("aria-rowcount", $"{Many + 1}");
        using var moving = new CancellationTokenSource();
        var mover = MoveAsync(moving.Token);
        var result = await page.EvaluateAsync<ScrollResult>(Scroll);
        await moving.CancelAsync();
        await mover;
        var sorted = result.Times.Order().ToArray();
        var (median, late) = (sorted[sorted.Length / 2], result.Times.Count(time => time > 250));
        output.WriteLine($"frames: median {median:0.0} ms, 95 % {sorted[(int)(sorted.Length * 0.95)]:0.0} ms, most {sorted[^1]:0.0} ms; rows at most {result.Most}");
        Assert.InRange(result.Most, 10, 80);
        Assert.True(median < 100, $"The median of the frame times is {median} ms.");
        Assert.True(late <= 12, $"{late} of {sorted.Length} frames took more than 250 ms.");
        await Expect(page.Locator("#rows tr[aria-rowindex='2001']")).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }

    [ChromiumFact]
    public async Task Hostile_text_must_be_only_text()
    {
        const string file = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>";
        var transfer = ScriptedMonitor.Transfer(1, file);
        _monitor.View = _monitor.View with
        {
            Active = [transfer],
            NotCompleted = [new EndedTransfer(transfer with { Id = new TransferId(2) }, _monitor.View.At, new TransferOutcome.Refused(TransferSide.Peer, file))],
            Accounts = [new MonitoredAccount("a@example.org", new AccountStatus.Offline(file, ForGood: true))],
        };
        _monitor.Lines = [new TraceEvent.Stanza(_monitor.View.At, PageHost.Alice, PageHost.Bob, $"iq set: SI offer {file}")];
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync();
        var page = await OpenAsync(window, host);
        await Expect(page.Locator("#rows td.file button")).ToHaveTextAsync(file);
        await Expect(page.Locator("#failed td.reason")).ToHaveTextAsync($"Refused by peer: {file}");
        await Expect(page.Locator("#accounts")).ToContainTextAsync(file);
        await page.Locator("#rows td.file button").ClickAsync();
        await Expect(page.Locator("#ladder .summary")).ToHaveTextAsync($"iq set: SI offer {file}");
        await Expect(page.Locator("#conversation-title")).ToHaveTextAsync(file);
        Assert.Equal(0, await page.Locator("img, body script").CountAsync());
        Assert.DoesNotContain("owned", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(window.Complaints);
    }

    [ChromiumFact]
    public async Task Narrow_window_must_need_no_horizontal_scrolling()
    {
        PageViews.Fill(_monitor);
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync(width: 360, height: 740);
        var page = await OpenAsync(window, host);
        await Expect(page.Locator("#rows tr").First).ToBeVisibleAsync();
        await ExpectNoOverflowAsync(page);
        await ExpectReadableAsync(page);
        foreach (var width in (int[])[520, 641, 800, 360])
        {
            await page.SetViewportSizeAsync(width, 740);
            await ExpectReadableAsync(page);
        }

        await page.Locator("#rows td.file button").First.ClickAsync();
        await Expect(page.Locator("#ladder li").First).ToBeVisibleAsync();
        await ExpectNoOverflowAsync(page);
        Assert.Empty(window.Complaints);
    }

    [ChromiumFact]
    public async Task Cluster_must_show_its_nodes_and_where_accounts_live()
    {
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync();
        var page = await OpenAsync(window, host);
        await Expect(page.Locator("#link")).ToHaveTextAsync("Live");
        await Expect(page.Locator("#cluster")).ToBeHiddenAsync();
        _monitor.View = _monitor.View with { Cluster = PageViews.Cluster };
        await Expect(page.Locator("#nodes li")).ToHaveTextAsync(
        [
            "akka.tcp://files@10.0.0.1:4053 upthis node · roles transfers · holds files.example.org, proxy.example.org · 1 account",
            "akka.tcp://files@10.0.0.2:4053 unreachable2 accounts · 1 moving",
        ]);
        await Expect(page.Locator("#places li")).ToHaveTextAsync(
        [
            "ada@example.org settledakka.tcp://files@10.0.0.1:4053",
            "bo@example.org settledakka.tcp://files@10.0.0.2:4053",
            "cy@example.org movingakka.tcp://files@10.0.0.2:4053",
        ]);
        Assert.Empty(window.Complaints);
    }

    [ChromiumFact]
    public async Task Keyboard_must_be_enough()
    {
        _monitor.View = _monitor.View with { Active = ScriptedMonitor.Many(Many) };
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync();
        var page = await OpenAsync(window, host);
        await Expect(page.Locator("#rows tr").First).ToBeVisibleAsync();
        await page.Locator("#order").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await ExpectFocusAsync(page, "scan-0001.tif: conversation of transfer 1");
        await page.Keyboard.PressAsync("ArrowRight");
        await ExpectFocusAsync(page, "Pause transfer 1, scan-0001.tif");
        await page.Keyboard.PressAsync("End");
        await ExpectFocusAsync(page, "Pause transfer 2000, scan-2000.tif");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("Enter");
        await ExpectFocusAsync(page, "Resume transfer 1999, scan-1999.tif");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Cancel this transfer?" })).ToBeVisibleAsync();
        await ExpectFocusAsync(page, "Back");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#news")).ToHaveTextAsync("Cancelling scan-1999.tif");
        Assert.Equal([1999], _monitor.Cancelled);
        await ExpectFocusAsync(page, "Cancel transfer 1999, scan-1999.tif");
        await page.Keyboard.PressAsync("Tab");
        Assert.False(await page.EvaluateAsync<bool>("document.getElementById('rows').contains(document.activeElement)"));
    }

    [ChromiumFact]
    public async Task Focus_must_stay_in_its_row_while_others_come_and_go_and_move_on_when_it_ends()
    {
        var all = ScriptedMonitor.Many(20);
        _monitor.View = _monitor.View with { Active = all[1..10] };
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync();
        var page = await OpenAsync(window, host);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel transfer 5, scan-0005.tif" }).FocusAsync();
        _monitor.View = _monitor.View with { Active = all.RemoveAt(2) };
        await Expect(page.Locator("#sum-active")).ToHaveTextAsync("19");
        await ExpectFocusAsync(page, "Cancel transfer 5, scan-0005.tif");
        _monitor.View = _monitor.View with { Active = [.. _monitor.View.Active.Where(transfer => transfer.Id.Value != 5)] };
        await Expect(page.Locator("#sum-active")).ToHaveTextAsync("18");
        await ExpectFocusAsync(page, "Cancel transfer 6, scan-0006.tif");
        _monitor.View = _monitor.View with { Active = [] };
        await Expect(page.Locator("#sum-active")).ToHaveTextAsync("0");
        await Expect(page.Locator("#active-title")).ToBeFocusedAsync();
    }

    [ChromiumFact]
    public async Task Search_and_order_must_apply_to_all_transfers()
    {
        _monitor.View = _monitor.View with { Active = ScriptedMonitor.Many(Many) };
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync();
        var page = await OpenAsync(window, host);
        await page.GetByLabel("Order").SelectOptionAsync("new");
        await Expect(page.Locator("#rows tr").First).ToContainTextAsync("scan-2000.tif");
        await page.GetByLabel("Find").FillAsync("user77@");
        await Expect(page.Locator("#rows tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("#shown")).ToHaveTextAsync("1 of 2,000");
    }

    internal static async Task<IPage> OpenAsync(BrowserPage window, PageHost host)
    {
        await window.Page.GotoAsync(host.Page);
        await Expect(window.Page.Locator("#link[data-link=live]")).ToBeVisibleAsync();
        return window.Page;
    }

    /// <summary>Percent, rate and time left are not cut.</summary>
    private static async Task ExpectReadableAsync(IPage page) => Assert.Empty(await page.EvaluateAsync<string[]>(
        """
        [...document.querySelectorAll('#rows td.progress, #rows td.rate, #rows td.left')]
          .filter(cell => cell.scrollWidth > cell.clientWidth || cell.offsetTop + cell.offsetHeight > cell.closest('tr').clientHeight)
          .map(cell => `${innerWidth} px: ${cell.textContent}`)
        """));

    private static async Task ExpectNoOverflowAsync(IPage page)
    {
        var wide = await page.EvaluateAsync<string[]>(
            """
            () => [document.documentElement, ...document.querySelectorAll('section, dialog[open], #scroll, #ladder, header')]
              .filter(part => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().right > innerWidth + 1)
              .map(part => `${part.tagName}#${part.id} ${part.scrollWidth} of ${part.clientWidth}`)
            """);
        Assert.Empty(wide);
    }

    private static Task ExpectFocusAsync(IPage page, string name) => Expect(page.Locator(":focus")).ToHaveAccessibleNameAsync(name);

    /// <summary>Every transfer moves ten times a second; the page hears of it once a second.</summary>
    private async Task MoveAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                _monitor.View = _monitor.View with { Active = [.. _monitor.View.Active.Select(transfer => transfer with { Bytes = transfer.Bytes + 1000 })] };
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }

    /// <summary>Playwright fills it.</summary>
    internal sealed class ScrollResult
    {
        /// <summary>Milliseconds between frames.</summary>
        public double[] Times { get; set; } = [];

        /// <summary>Most rows in the document.</summary>
        public int Most { get; set; }
    }
}
