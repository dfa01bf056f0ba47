using System.Diagnostics;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>A folder on its own small file system.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <summary>Mounts the file system.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="kibibytes">
    /// Below files.checkpoint no partial file is kept of a file that does not fit, well above it one is. Near it the disk may be full before the checkpoint.
    /// </param>
    public static async Task<SmallDisk> MountAsync(string folder, int kibibytes)
    {
        await RunAsync(["mount", .. Options(kibibytes), folder]);
        return new SmallDisk(folder);
    }

    public async ValueTask DisposeAsync() => await RunAsync(["umount", _folder]);

    internal static string[] Options(int kibibytes) => ["-t", "tmpfs", "-o", $"size={kibibytes}k", "actor-transfer-test"];

    private static async Task RunAsync(string[] words)
    {
        using var command = Process.Start(words[0], words[1..]);
        await command.WaitForExitAsync();
        Assert.Equal(0, command.ExitCode);
    }
}

/// <summary>Needs the right to mount a <see cref="SmallDisk"/>.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!CanMount.Value)
        {
            Skip = "A full disk is made by mounting a small tmpfs, which needs root and CAP_SYS_ADMIN.";
        }
    }

    private static readonly Lazy<bool> CanMount = new(() =>
    {
        if (!OperatingSystem.IsLinux() || !CliProcess.IsRoot)
        {
            return false;
        }

        // In its own mount namespace, so that nothing remains when the test run is killed.
        string[] mount = ["--mount", "mount", .. SmallDisk.Options(1024), "/mnt"];
        using var attempt = Process.Start(new ProcessStartInfo("unshare", mount) { RedirectStandardError = true });
        return attempt is not null && attempt.WaitForExit(5000) && attempt.ExitCode == 0;
    });
}
