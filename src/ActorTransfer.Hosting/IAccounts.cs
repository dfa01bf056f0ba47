namespace ActorTransfer;

/// <summary>
/// Reports the connection status of accounts, reconnects them, and adds and removes accounts while the engine runs. Inject it after <c>AddActorTransfer</c>.
/// Thread-safe.
/// </summary>
public interface IAccounts
{
    /// <summary>
    /// The status of the account's connection, now and on each change, until the application stops or the account is removed. The first status comes after the
    /// first attempt to connect. A slow reader gets the latest status, not all.
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

    /// <summary>
    /// Adds an account of a client while the engine runs, as <see cref="ActorTransferOptions.AddClient"/> does before. It connects, and reconnects, by itself;
    /// it is removed with <see cref="RemoveAsync"/> or ends with the application.
    /// </summary>
    /// <param name="account">Server, JID and credentials.</param>
    /// <param name="ct">Cancels the wait only.</param>
    /// <returns>Its name, the bare JID; the account connects from now on, see <see cref="WatchAsync"/>.</returns>
    /// <exception cref="ArgumentException">Its JID is a domain, or there already is an account or proxy of this name.</exception>
    /// <exception cref="EngineException">The engine could not start, or has stopped.</exception>
    Task<string> AddAsync(ClientAccount account, CancellationToken ct = default);

    /// <summary>Adds a component, as <see cref="ActorTransferOptions.AddComponent"/>; see <see cref="AddAsync(ClientAccount, CancellationToken)"/>.</summary>
    /// <param name="component">Server, component and secret.</param>
    /// <param name="ct">Cancels the wait only.</param>
    /// <returns>Its name, the component's domain.</returns>
    /// <exception cref="ArgumentException">Its JID is not a domain, or there already is an account or proxy of this name.</exception>
    /// <exception cref="EngineException">The engine could not start, or has stopped.</exception>
    Task<string> AddAsync(ComponentAccount component, CancellationToken ct = default);

    /// <summary>
    /// Adds a link in this process, as <see cref="ActorTransferOptions.AddLink"/>; see <see cref="AddAsync(ClientAccount, CancellationToken)"/>.
    /// </summary>
    /// <param name="link">The server's end of the connection.</param>
    /// <param name="server">Entity whose disco items are searched for proxies; null = the domain of the user, or the one above the component's.</param>
    /// <param name="ct">Cancels the wait only.</param>
    /// <returns>Its name, the link's domain or the bare JID of its user.</returns>
    /// <exception cref="ArgumentException">There already is an account or proxy of this name.</exception>
    /// <exception cref="EngineException">The engine could not start, or has stopped.</exception>
    Task<string> AddAsync(InProcessLink link, Jid? server = null, CancellationToken ct = default);

    /// <summary>
    /// Removes an account, one that the engine started with, too: new sends fail as <see cref="FailureReason.LinkLost"/>, queued ones too, offers of peers are
    /// refused as temporary errors (<c>wait/resource-constraint</c>), and active transfers go on for a while. Then the session is closed at the server.
    /// </summary>
    /// <param name="account">Name of the account.</param>
    /// <param name="within">
    /// Transfers that have not ended by then are cancelled on both sides, and received bytes are kept for resumption. Null =
    /// <see cref="ActorTransferOptions.DrainTimeout"/>. If the account is being removed already, the first value counts.
    /// </param>
    /// <param name="ct">Cancels the wait only.</param>
    /// <returns>Completes when the server has ended the session, or did not respond for a few seconds: the name and the resource can be used again.</returns>
    /// <exception cref="EngineException">There is no such account, or the engine could not start, or has stopped.</exception>
    Task RemoveAsync(string account, TimeSpan? within = null, CancellationToken ct = default);
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
