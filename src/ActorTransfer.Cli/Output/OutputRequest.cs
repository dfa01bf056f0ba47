namespace ActorTransfer.Cli.Output;

/// <summary>What a command prints and logs.</summary>
internal sealed record OutputRequest
{
    /// <summary>JSON lines instead of text.</summary>
    public bool Json { get; init; }

    /// <summary>Print failures only.</summary>
    public bool Quiet { get; init; }

    /// <summary>Print the engine's log.</summary>
    public bool Verbose { get; init; }

    /// <summary>File that the engine's log is appended to; null = none.</summary>
    public string? LogFile { get; init; }

    /// <summary>Where the command prints.</summary>
    public Terminal On(Terminal terminal) => Quiet ? terminal with { Out = TextWriter.Null, IsLive = false } : terminal;
}
