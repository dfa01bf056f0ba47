using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>Needs Libervia's backend and Prosody. Without them the test is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LiberviaTheoryAttribute : TheoryAttribute
{
    public LiberviaTheoryAttribute() => Skip = ProsodyFactAttribute.WhySkipped is { } reason ? reason
        : Directory.Exists("/usr/share/libervia/sat") ? null
        : "Libervia is not installed; on Debian: apt-get install libervia-backend.";
}
