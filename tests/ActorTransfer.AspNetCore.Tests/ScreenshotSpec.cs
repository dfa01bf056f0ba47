namespace ActorTransfer.AspNetCore.Tests;

/// <summary>The pictures of the documents: WebP, which is half as large as PNG. They are written where <see cref="Folder"/> says, else only made.</summary>
public sealed class ScreenshotSpec(Browser browser) : IClassFixture<Browser>
{
    private const int MaxSize = 150 * 1024;

    private readonly ScriptedMonitor _monitor = new();

    /// <summary>Run with <c>UPDATE_SCREENSHOTS=docs/images</c> to renew them.</summary>
    private static string? Folder => Environment.GetEnvironmentVariable("UPDATE_SCREENSHOTS");

    [ChromiumFact]
    public Task Wide_light_page() => TakeAsync("page-1600.webp", 1600, 1000, isDark: false);

    [ChromiumFact]
    public Task Wide_dark_page_with_two_thousand_transfers() => TakeAsync("page-2000-transfers.webp", 1600, 1000, isDark: true, active: 2000);

    [ChromiumFact]
    public Task Narrow_light_page() => TakeAsync("page-360.webp", 360, 740, isDark: false);

    [ChromiumFact]
    public Task Narrow_dark_page() => TakeAsync("page-360-dark.webp", 360, 740, isDark: true);

    [ChromiumFact]
    public Task Conversation() => TakeAsync("page-conversation.webp", 1000, 620, isDark: false, opensConversation: true);

    private async Task TakeAsync(string name, int width, int height, bool isDark, int active = 14, bool opensConversation = false)
    {
        PageViews.Fill(_monitor, active);
        await using var host = await PageHost.StartAsync(_monitor);
        await using var window = await browser.OpenAsync(width, height, isDark);
        var page = await ManyTransfersSpec.OpenAsync(window, host);
        await page.Locator("#rows tr").First.WaitForAsync();
        if (opensConversation)
        {
            await page.Locator("#rows td.file button").First.ClickAsync();
            await page.Locator("#ladder li").Last.WaitForAsync();
        }

        var session = await page.Context.NewCDPSessionAsync(page);
        var taken = await session.SendAsync("Page.captureScreenshot", new() { ["format"] = "webp", ["quality"] = 60 });
        var picture = taken!.Value.GetProperty("data").GetBytesFromBase64();
        if (Folder is { } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), picture);
        }

        Assert.InRange(picture.Length, 1, MaxSize);
    }
}
