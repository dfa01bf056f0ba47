using System.Diagnostics;

namespace ActorTransfer.Scenarios.Load;

/// <summary>Needs <c>strace</c>, and the permission to attach it to a process of the same user (ptrace(2)).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StraceFactAttribute : FactAttribute
{
    public StraceFactAttribute() => Skip = WhySkipped.Value;

    private static Lazy<string?> WhySkipped { get; } = new(() =>
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(SystemCalls.Strace))
        {
            return $"{SystemCalls.Strace} is not installed; on Debian: apt-get install strace.";
        }

        using var other = Process.Start("sleep", ["60"]);
        string[] attach = ["-s", "INT", "1", SystemCalls.Strace, "-c", "-o", "/dev/null", "-p", $"{other.Id}"];
        var start = new ProcessStartInfo("timeout", attach) { RedirectStandardError = true };
        using var attempt = Process.Start(start)!;
        var said = attempt.StandardError.ReadToEnd();
        other.Kill();
        return said.Contains("attached", StringComparison.Ordinal) ? null : $"strace cannot attach to a process here: {said.Trim()}";
    });
}
