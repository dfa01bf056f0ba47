namespace ActorTransfer;

/// <summary>How a step of a diagnosis went.</summary>
public enum DiagnosticResult
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>It works in part, or transfers can do without it.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,

    /// <summary>A fact, neither good nor bad.</summary>
    Info,
}

/// <summary>One step of a diagnosis.</summary>
/// <param name="What">What was tried, in few words.</param>
/// <param name="Result">How it went.</param>
/// <param name="Detail">What was found, for people.</param>
/// <param name="Took">How long it took.</param>
public sealed record DiagnosticStep(string What, DiagnosticResult Result, string Detail, TimeSpan Took);

/// <summary>Finds out which methods an account's transfers have, by trying each. Inject it after <c>AddActorTransfer</c>.</summary>
public interface IDiagnostics
{
    /// <summary>
    /// Tries step by step: where a client's server is (DNS), login, the server's disco items, each proxy (what it is, its address, connecting, pairing, activation, relay, echo), own
    /// direct addresses, the peer's features; the last step says which method a transfer would take and why others are closed. Steps come
    /// as they are done. What does not work is a step, not an exception.
    /// </summary>
    /// <param name="account">Name of the account.</param>
    /// <param name="to">Full JID of a peer, or the domain of a component, to ask for its features; null = none.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ArgumentException">There is no such account.</exception>
    IAsyncEnumerable<DiagnosticStep> RunAsync(string account, Jid? to = null, CancellationToken ct = default);
}
