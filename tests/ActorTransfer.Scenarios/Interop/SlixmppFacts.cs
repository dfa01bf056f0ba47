using System.Diagnostics;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>Needs slixmpp and Prosody. Without them the test is skipped, except where CI=true: there it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlixmppFactAttribute : FactAttribute
{
    /// <summary>The Python of the system, for which packages provide slixmpp.</summary>
    internal const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Found = new(() =>
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var attempt = Process.Start(new ProcessStartInfo(Python, ["-c", "import slixmpp"]) { RedirectStandardError = true });
        return attempt is not null && attempt.WaitForExit(20_000) && attempt.ExitCode == 0;
    });

    public SlixmppFactAttribute() => Skip = WhySkipped;

    internal static bool IsThere => Found.Value;

    internal static string? WhySkipped =>
        ProsodyFactAttribute.WhySkipped is { } reason ? reason
        : IsThere || Environment.GetEnvironmentVariable("CI") == "true" ? null
        : "slixmpp is not installed; on Debian: apt-get install python3-slixmpp.";
}

/// <summary>As <see cref="SlixmppFactAttribute"/>, for a table.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlixmppTheoryAttribute : TheoryAttribute
{
    public SlixmppTheoryAttribute() => Skip = SlixmppFactAttribute.WhySkipped;
}
