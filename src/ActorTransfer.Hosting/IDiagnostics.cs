namespace ActorTransfer;

/// <summary>Result of a step of a diagnosis.</summary>
public enum DiagnosticResult
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>It works in part, or transfers do not need it.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,

    /// <summary>Information only.</summary>
    Info,
}

/// <summary>One step of a diagnosis.</summary>
/// <param name="What">What was tested, in a few words.</param>
/// <param name="Result">The result.</param>
/// <param name="Detail">Human-readable details.</param>
/// <param name="Took">How long it took.</param>
public sealed record DiagnosticStep(string What, DiagnosticResult Result, string Detail, TimeSpan Took);

/// <summary>Finds out which stream methods an account can use, by testing each. Inject it after <c>AddActorTransfer</c>.</summary>
public interface IDiagnostics
{
    /// <summary>
    /// Tests step by step: server (DNS), login, the server's disco items, each proxy (identity, address, connect, pairing, activation, relay, echo),
    /// own direct addresses, the peer's features; the last step tells which method a transfer would use and why others are unavailable. Steps are returned
    /// as they complete. A failure is a step, not an exception.
    /// </summary>
    /// <param name="account">Name of the account.</param>
    /// <param name="to">Full or bare JID of a peer, or the domain of a component, whose features are queried; null = none.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="ArgumentException">There is no such account.</exception>
    IAsyncEnumerable<DiagnosticStep> RunAsync(string account, Jid? to = null, CancellationToken ct = default);
}
