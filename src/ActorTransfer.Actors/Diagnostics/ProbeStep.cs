namespace ActorTransfer.Actors.Diagnostics;

/// <summary>One step of a probe.</summary>
/// <param name="What">connect, pair, activate, relay or echo.</param>
/// <param name="Fault">Why it failed; null = it works.</param>
/// <param name="Took">How long it took.</param>
internal sealed record ProbeStep(string What, string? Fault, TimeSpan Took)
{
    /// <summary>The proxy was reachable and refused: the session is unknown or not allowed.</summary>
    public bool IsRefusal { get; init; }
}
