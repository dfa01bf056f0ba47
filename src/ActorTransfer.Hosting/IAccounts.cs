namespace ActorTransfer;

/// <summary>Reports the connection status of accounts, and reconnects them. Inject it after <c>AddActorTransfer</c>. Thread-safe.</summary>
public interface IAccounts
{
    /// <summary>
    /// The status of the account's connection, now and on each change, until the application stops. The first status comes after the first attempt to connect.
    /// A slow reader gets the latest status, not all.
    /// </summary>
    /// <param name="account">Name of the account.</param>
    /// <param name="ct">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EngineException">There is no such account, or the engine cannot run.</exception>
    IAsyncEnumerable<AccountStatus> WatchAsync(string account, CancellationToken ct = default);

    /// <summary>
    /// Connects now instead of at the end of the pause after a loss or refusal; required after a <see cref="LinkFault.Conflict"/>. Has no effect on a
    /// connection that is up. Delays start at their first values again.
    /// </summary>
    /// <param name="account">Name of the account.</param>
    /// <param name="ct">Cancels the wait only; the attempt continues.</param>
    /// <returns>The result of the attempt.</returns>
    /// <exception cref="EngineException">There is no such account, or the engine cannot run.</exception>
    Task<AccountStatus> ReconnectAsync(string account, CancellationToken ct = default);
}

/// <summary>Status of an account's connection.</summary>
public abstract record AccountStatus
{
    private AccountStatus()
    {
    }

    /// <summary>Logged in.</summary>
    /// <param name="Self">Own address: a full JID, or the domain of a component.</param>
    public sealed record Online(Jid Self) : AccountStatus;

    /// <summary>Not connected.</summary>
    /// <param name="Reason">Human-readable.</param>
    /// <param name="ForGood">
    /// True: the server refused the account, or another login replaced it; the same attempt would fail the same way until something is changed.
    /// The engine retries slowly (<c>connection.reconnect-refused-first</c>), but not after a <see cref="LinkFault.Conflict"/>.
    /// </param>
    public sealed record Offline(string Reason, bool ForGood) : AccountStatus
    {
        /// <summary>Delay before the next attempt; null: not before <see cref="IAccounts.ReconnectAsync"/>. Zero: in progress.</summary>
        public TimeSpan? RetryIn { get; init; }

        /// <summary>The kind of failure.</summary>
        public LinkFault Fault { get; init; }
    }
}
