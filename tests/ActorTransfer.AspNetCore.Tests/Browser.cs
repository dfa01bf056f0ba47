using Microsoft.Playwright;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>Headless Chromium, one process for all tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _chromium;

    /// <summary>Debian's package has it there.</summary>
    public static string? Executable => File.Exists("/usr/bin/chromium") ? "/usr/bin/chromium" : null;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>A new page in a profile of its own; messages of its console are errors of the test.</summary>
    /// <param name="width">Of the window.</param>
    /// <param name="height">Of the window.</param>
    /// <param name="isDark">The preferred color scheme.</param>
    public async Task<BrowserPage> OpenAsync(int width = 1600, int height = 1000, bool isDark = false)
    {
        _playwright ??= await Playwright.CreateAsync();
        _chromium ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Args = ["--disable-lcd-text", .. Environment.UserName == "root" ? ["--no-sandbox"] : Array.Empty<string>()],
        });
        var context = await _chromium.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        return new BrowserPage(context, await context.NewPageAsync());
    }

    public async Task DisposeAsync()
    {
        await (_chromium?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
    }
}

/// <summary>A page of the browser.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    internal BrowserPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Dialog += (_, dialog) => _complaints.Add($"a dialog: {dialog.Message}");
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, uncaught exceptions and dialogs: violations of the page's policy are among them.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        await _context.DisposeAsync();
    }
}

/// <summary>Needs Chromium. Without it the test is skipped, except where CI=true: there it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Browser.Executable is null && Environment.GetEnvironmentVariable("CI") != "true"
        ? "There is no /usr/bin/chromium; on Debian: apt-get install chromium."
        : null;
}
