using System.Diagnostics;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>curl, which knows nothing of XMPP.</summary>
internal static class CurlProcess
{
    /// <summary>What it downloads into this folder.</summary>
    public static async Task<byte[]> GetAsync(TestFolder folder, params string[] arguments)
    {
        var target = folder[$"curl-{Guid.NewGuid():N}"];
        var start = new ProcessStartInfo("curl", ["-sS", "--fail", "--max-time", "30", "-o", target, .. arguments]) { RedirectStandardError = true };
        using var curl = Process.Start(start)!;
        var error = await curl.StandardError.ReadToEndAsync();
        await curl.WaitForExitAsync();
        Assert.True(curl.ExitCode == 0, error);
        return File.Exists(target) ? await File.ReadAllBytesAsync(target) : [];
    }
}
