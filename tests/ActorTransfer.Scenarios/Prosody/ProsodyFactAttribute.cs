namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Needs Prosody. Without it the test is skipped, except where CI=true: there it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProsodyFactAttribute : FactAttribute
{
    public ProsodyFactAttribute() => Skip = WhySkipped;

    internal static string? WhySkipped => ProsodyServer.Executable is null && Environment.GetEnvironmentVariable("CI") != "true"
        ? "Prosody is not on the PATH; on Debian: apt-get install prosody."
        : null;
}

/// <summary>As <see cref="ProsodyFactAttribute"/>, for a table.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProsodyTheoryAttribute : TheoryAttribute
{
    public ProsodyTheoryAttribute() => Skip = ProsodyFactAttribute.WhySkipped;
}
