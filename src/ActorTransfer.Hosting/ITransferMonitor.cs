using System.Collections.Immutable;

namespace ActorTransfer;

/// <summary>
/// A view of everything that the engine does, for pages and consoles: all transfers, whether this application or a peer started them, the last failures,
/// accounts, proxies and throughput. Inject it after <c>AddActorTransfer</c>; all members are thread-safe. Monitoring begins with the first call and
/// lasts until the application stops; before that it costs nothing. Section <c>monitor</c> of <c>hocon/reference.conf</c> limits what is kept.
/// Text of peers and servers is passed on as it came, except in <see cref="TraceEvent.Stanza.Summary"/>.
/// </summary>
public interface ITransferMonitor
{
    /// <summary>The current view. The first call completes when the engine has started.</summary>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="EngineException">The engine cannot start, or has stopped.</exception>
    Task<MonitorSnapshot> SnapshotAsync(CancellationToken ct = default);

    /// <summary>The stanzas and states of a transfer, active or ended, in chronological order, without in-band blocks. Empty if none are kept.</summary>
    /// <param name="id">Id of the transfer.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="EngineException">The engine cannot start, or has stopped.</exception>
    Task<ImmutableArray<TraceEvent>> ConversationAsync(TransferId id, CancellationToken ct = default);

    /// <summary>Cancels a transfer on both sides, as <see cref="ITransfer.CancelAsync"/> does, without waiting for its end.</summary>
    /// <param name="id">Id of the transfer.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>False: it is not active.</returns>
    /// <exception cref="EngineException">The engine cannot start, or has stopped.</exception>
    Task<bool> CancelAsync(TransferId id, CancellationToken ct = default);

    /// <summary>Stops the bytes of a transfer, as <see cref="ITransfer.PauseAsync"/> does.</summary>
    /// <param name="id">Id of the transfer.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>False: it is not active.</returns>
    /// <exception cref="EngineException">The engine cannot start, or has stopped.</exception>
    Task<bool> PauseAsync(TransferId id, CancellationToken ct = default);

    /// <summary>Continues a paused transfer, as <see cref="ITransfer.ResumeAsync"/> does.</summary>
    /// <param name="id">Id of the transfer.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>False: it is not active.</returns>
    /// <exception cref="EngineException">The engine cannot start, or has stopped.</exception>
    Task<bool> ResumeAsync(TransferId id, CancellationToken ct = default);

    /// <summary>
    /// Allows no new transfers and no new pairs of proxies; active ones continue. Queued transfers end, pending offers are refused.
    /// <see cref="EndDrainAsync"/> allows transfers again; the drain of a proxy cannot be undone. Does not wait for the end of active transfers:
    /// <see cref="MonitorSnapshot.Active"/> shows it.
    /// </summary>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="EngineException">The engine cannot start, or has stopped.</exception>
    Task DrainAsync(CancellationToken ct = default);

    /// <summary>
    /// Allows new transfers again, as <see cref="IFileTransfers.EndDrainAsync"/> does. Proxies that were drained stay so. Has no effect while the application
    /// stops.
    /// </summary>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="EngineException">The engine cannot start, or has stopped.</exception>
    Task EndDrainAsync(CancellationToken ct = default);
}

/// <summary>What the engine does at one moment.</summary>
/// <param name="At">Time.</param>
/// <param name="Active">Transfers that have not ended, in the order of their ids. One without a change is the same object as in the snapshot before.</param>
/// <param name="Completed">Completed transfers, the last first.</param>
/// <param name="NotCompleted">Transfers that were refused, were cancelled or have failed, the last first.</param>
/// <param name="Accounts">Accounts, by name.</param>
/// <param name="Proxies">Proxies of this engine, by JID.</param>
/// <param name="Throughput">One sample a second, in chronological order.</param>
/// <param name="Totals">Numbers of transfers that ended since monitoring began.</param>
/// <param name="IsDraining">No new transfers are allowed, since <see cref="ITransferMonitor.DrainAsync"/> or <see cref="IFileTransfers.DrainAsync"/>.</param>
public sealed record MonitorSnapshot(
    DateTimeOffset At,
    ImmutableArray<MonitoredTransfer> Active,
    ImmutableArray<EndedTransfer> Completed,
    ImmutableArray<EndedTransfer> NotCompleted,
    ImmutableArray<MonitoredAccount> Accounts,
    ImmutableArray<MonitoredProxy> Proxies,
    ImmutableArray<ThroughputSample> Throughput,
    MonitorTotals Totals,
    bool IsDraining)
{
    /// <summary>The cluster that this engine is a node of, the same object until it changes; null = there is none.</summary>
    public MonitoredCluster? Cluster { get; init; }
}

/// <summary>A transfer that has not ended, at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsIncoming">True: this side receives.</param>
/// <param name="Account">Name of the account that it uses.</param>
/// <param name="Peer">The other side; a bare JID until its resource is found.</param>
/// <param name="File">The file; its name is text of the peer if the transfer is incoming.</param>
/// <param name="Since">When it was added, or when monitoring began.</param>
/// <param name="State">Its state.</param>
/// <param name="Bytes">Bytes moved so far.</param>
/// <param name="Rate">Bytes a second over the last seconds.</param>
public sealed record MonitoredTransfer(
    TransferId Id, bool IsIncoming, string Account, Jid Peer, FileDescription File, DateTimeOffset Since, TransferState State, long Bytes, long Rate)
{
    /// <summary>It has not begun, because of a limit or because its account has no connection.</summary>
    public bool IsQueued { get; init; }

    /// <summary>It is paused.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The stream method in use; null until it is known.</summary>
    public TransferMethod? Method { get; init; }

    /// <summary>The protocol by which the file is offered; null until it is known, and for uploads and downloads by HTTP.</summary>
    public Signalling? Signalling { get; init; }

    /// <summary>Number of stanzas and states so far; rises when <see cref="ITransferMonitor.ConversationAsync"/> has more.</summary>
    public int Lines { get; init; }
}

/// <summary>A transfer that has ended.</summary>
/// <param name="Transfer">What was known about it.</param>
/// <param name="At">When it ended.</param>
/// <param name="Outcome">Its outcome.</param>
public sealed record EndedTransfer(MonitoredTransfer Transfer, DateTimeOffset At, TransferOutcome Outcome);

/// <summary>An account.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">Status of its connection; null before the first attempt to connect.</param>
public sealed record MonitoredAccount(string Name, AccountStatus? Status);

/// <summary>A proxy of this engine.</summary>
/// <param name="Address">Its JID.</param>
/// <param name="Connection">Status of its component connection; null before the first attempt to connect.</param>
/// <param name="Status">Its pairs and totals; null until it listens.</param>
public sealed record MonitoredProxy(Jid Address, AccountStatus? Connection, BytestreamsProxy.Status? Status);

/// <summary>Bytes of one second.</summary>
/// <param name="At">End of the second.</param>
/// <param name="Sent">Bytes of files sent.</param>
/// <param name="Received">Bytes of files received.</param>
/// <param name="Relayed">Bytes relayed by the proxies of this engine, both directions together.</param>
public sealed record ThroughputSample(DateTimeOffset At, long Sent, long Received, long Relayed);

/// <summary>Numbers of ended transfers.</summary>
/// <param name="Completed">Completed.</param>
/// <param name="Refused">Refused by either side.</param>
/// <param name="Cancelled">Cancelled by either side.</param>
/// <param name="Failed">Failed.</param>
public sealed record MonitorTotals(long Completed, long Refused, long Cancelled, long Failed);
