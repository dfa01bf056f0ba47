using Deque.AxeCore.Playwright;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>What axe-core finds: names, roles, contrast.</summary>
public sealed class AccessibilitySpec(Browser browser) : IClassFixture<Browser>
{
    private readonly ScriptedMonitor _monitor = new();

    [ChromiumFact]
    public Task Wide_light_page_must_be_accessible() => CheckAsync(1600, isDark: false, opensConversation: false);

    [ChromiumFact]
    public Task Narrow_dark_page_must_be_accessible() => CheckAsync(360, isDark: true, opensConversation: false);

    [ChromiumFact]
    public Task Conversation_must_be_accessible() => CheckAsync(1600, isDark: true, opensConversation: true);

    private async Task CheckAsync(int width, bool isDark, bool opensConversation)
    {
        PageViews.Fill(_monitor);
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync(width, 900, isDark);
        var page = await ManyTransfersSpec.OpenAsync(window, host);
        await page.Locator("#rows tr").First.WaitForAsync();
        if (opensConversation)
        {
            await page.Locator("#rows td.file button").First.ClickAsync();
            await page.Locator("#ladder li").First.WaitForAsync();
        }

        var result = await page.RunAxe();
        Assert.Empty(result.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}"));
    }
}
