using System.Diagnostics;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>Needs the right to mount a small file system.</summary>
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

        // In a mount namespace of its own, so that nothing is left when the test run is killed.
        string[] mount = ["--mount", "mount", "-t", "tmpfs", "-o", "size=1m", "actor-transfer-test", "/mnt"];
        using var attempt = Process.Start(new ProcessStartInfo("unshare", mount) { RedirectStandardError = true });
        return attempt is not null && attempt.WaitForExit(5000) && attempt.ExitCode == 0;
    });
}

/// <summary>Needs a user whom file permissions hold back: root gives the process to another one.</summary>
public sealed class OtherUserFactAttribute : FactAttribute
{
    public OtherUserFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Needs the permissions of Unix.";
        }
        else if (CliProcess.IsRoot && !Works.Value)
        {
            Skip = "Permissions do not hold root back, and another user cannot run what was built here (setpriv, or the rights of its folder).";
        }
    }

    /// <summary>Words that go before the command.</summary>
    public static string[] Prefix => CliProcess.IsRoot ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=/tmp"] : [];

    private static readonly Lazy<bool> Works = new(() =>
    {
        string[] words = [.. Prefix, "dotnet", Path.Combine(AppContext.BaseDirectory, "actor-transfer.dll"), "--version"];
        try
        {
            using var attempt = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true });
            return attempt is not null && attempt.WaitForExit(10_000) && attempt.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });
}
