using System.Diagnostics;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>Needs a user that is subject to file permissions: root runs the process as another user.</summary>
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

    /// <summary>The arguments before the command.</summary>
    public static string[] Prefix => CliProcess.IsRoot ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=/tmp"] : [];

    private static readonly Lazy<bool> Works = new(() =>
    {
        string[] words = [.. Prefix, .. CliProcess.Command, "--version"];
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

/// <summary>Needs this shell.</summary>
public sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute(string shell)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!Array.Exists(folders, folder => File.Exists(Path.Combine(folder, shell))))
        {
            Skip = $"{shell} is not installed.";
        }
    }
}
