using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>The page of a real engine in a real browser.</summary>
public sealed class LivePageSpec(Browser browser) : IClassFixture<Browser>
{
    private const int Half = 500_000;

    [ChromiumFact]
    public async Task Transfer_must_appear_move_and_end()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        var page = window.Page;
        await page.GotoAsync(host.Page);
        await Expect(page.GetByText("No active transfers.")).ToBeVisibleAsync();

        var (sent, received, content) = await host.SendAsync("report.pdf", 2 * Half);
        var rows = page.Locator("#rows tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("to bob@local.test/desktop");
        await Expect(rows.Last).ToContainTextAsync("from alice@local.test/desktop");

        await content.WriteAsync(new byte[Half]);
        await Expect(rows.First).ToContainTextAsync("50 % of 1.0 MB");
        await Expect(rows.First).ToContainTextAsync("Streaming");
        await Expect(rows.First).ToContainTextAsync("Proxy");

        await content.WriteAsync(new byte[Half]);
        await content.CompleteAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        Assert.IsType<TransferOutcome.Completed>(await received.Completion);
        await Expect(rows).ToHaveCountAsync(0);
        await Expect(page.Locator("#completed tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("#sum-completed")).ToHaveTextAsync("2");
        await Expect(page.Locator("#proxies")).ToContainTextAsync("1 set up · 1.0 MB relayed");
        Assert.Empty(window.Complaints);
    }

    [ChromiumFact]
    public async Task Failure_must_show_its_reason_and_its_conversation()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        var page = window.Page;
        await page.GotoAsync(host.Page);
        var (sent, received, content) = await host.SendAsync("broken.iso", 2 * Half);
        await content.WriteAsync(new byte[Half]);
        await content.CompleteAsync(new IOException("The disk is broken."));
        Assert.IsType<TransferOutcome.Failed>(await sent.Completion);
        Assert.IsType<TransferOutcome.Failed>(await received.Completion);
        var row = page.Locator("#failed tr", new() { HasText = "to bob@local.test" });
        await Expect(row.Locator(".reason")).ToContainTextAsync("File unreadable in streaming, by this side. The disk is broken.");
        await Expect(page.Locator("#news")).ToContainTextAsync("failed");

        await row.GetByRole(AriaRole.Button).ClickAsync();
        var ladder = page.Locator("#ladder");
        await Expect(ladder).ToContainTextAsync("Jingle session-initiate: broken.iso, 1000000 bytes");
        await Expect(ladder).ToContainTextAsync("Jingle session-accept: broken.iso");
        await Expect(ladder).ToContainTextAsync("Jingle transport-info: candidate-used");
        await Expect(ladder).ToContainTextAsync("activate");
        Assert.Equal(
            ["Offer", "Streamhost sent", "Connected", "Activated", "Streaming", "Failed"],
            await ladder.Locator(".state b").AllTextContentsAsync());
        await page.Keyboard.PressAsync("Escape");
        await Expect(row.GetByRole(AriaRole.Button)).ToBeFocusedAsync();
        Assert.Empty(window.Complaints);
    }

    [ChromiumFact]
    public async Task Transfer_must_be_paused_resumed_and_cancelled()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        var page = window.Page;
        await page.GotoAsync(host.Page);
        var (sent, received, content) = await host.SendAsync("long.mkv", 2 * Half);
        await content.WriteAsync(new byte[Half / 2]);
        var row = page.Locator("#rows tr").First;
        await Expect(row).ToContainTextAsync("25 %");

        await row.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Streaming, paused");
        await content.WriteAsync(new byte[Half / 2]);
        await row.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(row).ToContainTextAsync("50 %");
        await Expect(row).Not.ToContainTextAsync("paused");

        await row.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Cancel this transfer?" });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel transfer" }).ClickAsync();
        Assert.Equal(TransferSide.Local, Assert.IsType<TransferOutcome.Cancelled>(await sent.Completion).By);
        await received.Completion;
        await Expect(page.Locator("#failed")).ToContainTextAsync("Cancelled by this side in streaming");
        await content.CompleteAsync();
        Assert.Empty(window.Complaints);
    }

    [ChromiumFact]
    public async Task Drain_must_refuse_new_transfers_after_a_confirmation_until_they_are_accepted_again()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        var page = window.Page;
        await page.GotoAsync(host.Page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Back" }).ClickAsync();
        Assert.False((await host.Monitor.SnapshotAsync()).IsDraining);
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain…" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Drain" }).ClickAsync();
        await Expect(page.GetByText("Live, draining")).ToBeVisibleAsync();
        await Expect(page.Locator("#proxies")).ToContainTextAsync("draining");
        using var content = new MemoryStream(new byte[10]);
        var late = await host.Transfers.SendAsync(PageHost.Bob, content, new FileDescription("late.txt", 10));
        Assert.Equal(FailureReason.Overloaded, Assert.IsType<TransferOutcome.Failed>(await late.Completion).Reason);

        await page.GetByRole(AriaRole.Button, new() { Name = "Accept again…" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Accept again" }).ClickAsync();
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Drain…" })).ToBeVisibleAsync();
        var (sent, received, pipe) = await host.SendAsync("again.txt", 10);
        await pipe.WriteAsync(new byte[10]);
        await pipe.CompleteAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        Assert.IsType<TransferOutcome.Completed>(await received.Completion);
        Assert.Empty(window.Complaints);
    }

    [ChromiumFact]
    public async Task Page_must_recover_when_the_connection_is_lost()
    {
        await using var host = await PageHost.StartAsync();
        await using var window = await browser.OpenAsync();
        var page = window.Page;
        await page.GotoAsync(host.Page);
        await Expect(page.Locator("#link")).ToHaveTextAsync("Live");
        await host.StopAsync();
        await Expect(page.Locator("#link[data-link=lost]")).ToBeVisibleAsync();
    }
}
