namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Needs Prosody. Without it the test is skipped, except where CI=true: there it fails.</summary>
public sealed class ProsodyFactAttribute : FactAttribute
{
    public ProsodyFactAttribute()
    {
        if (ProsodyServer.Executable is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = "Prosody is not on the PATH; on Debian: apt-get install prosody.";
        }
    }
}

/// <summary>As <see cref="ProsodyFactAttribute"/>, for tables.</summary>
public sealed class ProsodyTheoryAttribute : TheoryAttribute
{
    public ProsodyTheoryAttribute() => Skip = new ProsodyFactAttribute().Skip;
}
