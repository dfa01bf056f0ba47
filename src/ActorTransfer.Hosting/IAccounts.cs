namespace ActorTransfer;

/// <summary>Tells how the connections of accounts stand, and reconnects them. Inject it after <c>AddActorTransfer</c>; it may be called from any thread.</summary>
public interface IAccounts
{
    /// <summary>
    /// How the account's connection stands, and whenever that changes, until the host stops. Nothing comes before the first attempt to connect has ended.
    /// A slow reader gets the latest, not all.
    /// </summary>
    /// <param name="account">Name of the account.</param>
    /// <param name="ct">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EngineException">There is no such account, or the engine cannot work.</exception>
    IAsyncEnumerable<AccountStatus> WatchAsync(string account, CancellationToken ct = default);

    /// <summary>
    /// Connects now, instead of at the end of the pause after a loss or a refusal; the only way back after a <see cref="LinkFault.Conflict"/>. Does nothing to a
    /// connection that is up. Pauses begin at their first values again.
    /// </summary>
    /// <param name="account">Name of the account.</param>
    /// <param name="ct">Ends the wait; the attempt goes on.</param>
    /// <returns>How the attempt ended.</returns>
    /// <exception cref="EngineException">There is no such account, or the engine cannot work.</exception>
    Task<AccountStatus> ReconnectAsync(string account, CancellationToken ct = default);
}

/// <summary>How an account's connection stands.</summary>
public abstract record AccountStatus
{
    private AccountStatus()
    {
    }

    /// <summary>Logged in.</summary>
    /// <param name="Self">Own address: a full JID, or the domain of a component.</param>
    public sealed record Online(Jid Self) : AccountStatus;

    /// <summary>Not connected.</summary>
    /// <param name="Why">For people.</param>
    /// <param name="ForGood">
    /// True: the server refused the account, or another login took its place; the same attempt would end the same way until somebody changes something.
    /// The engine tries again all the same, slowly (<c>connection.reconnect-refused-first</c>), but not after a <see cref="LinkFault.Conflict"/>.
    /// </param>
    public sealed record Offline(string Why, bool ForGood) : AccountStatus
    {
        /// <summary>When the engine tries again; null: not before <see cref="IAccounts.ReconnectAsync"/>. Zero: it does now.</summary>
        public TimeSpan? RetryIn { get; init; }

        /// <summary>What kind of thing is in the way.</summary>
        public LinkFault Fault { get; init; }
    }
}
