using System.Collections.Immutable;
using System.IO.Pipelines;
using ActorTransfer.Actors.Files;
using ActorTransfer.Extensibility;

namespace ActorTransfer;

/// <summary>
/// Sends and receives files. Inject it after <c>AddActorTransfer</c>; all members are thread-safe.
/// Expected failures are values (<see cref="TransferOutcome"/>); exceptions mean invalid arguments or a stopped application. The task faults, the
/// call itself never throws. A cancellation token ends its call and nothing that the call has started: a transfer ends with
/// <see cref="ITransfer.CancelAsync"/>, so the token of a web request may be passed on.
/// </summary>
public interface IFileTransfers
{
    /// <summary>Completes when every connection of the engine is up and every proxy listens.</summary>
    /// <exception cref="EngineException">A connection was refused (it is retried slowly), or the engine cannot start.</exception>
    Task ReadyAsync(CancellationToken ct = default);

    /// <summary>As <see cref="ReadyAsync(CancellationToken)"/>, but can fail at once instead of waiting for an unavailable server.</summary>
    /// <param name="keepTrying">False: a lost connection or failed first attempt ends the wait. The engine retries in any case.</param>
    /// <param name="ct">Cancels the wait only.</param>
    /// <exception cref="EngineException">See above; <see cref="EngineException.ForGood"/> tells permanent and temporary failures apart.</exception>
    Task ReadyAsync(bool keepTrying, CancellationToken ct = default);

    /// <summary>
    /// Sends a file. When the limits of active transfers are reached (<c>transfers.max-active</c>, <c>max-per-peer</c>), it is
    /// queued (<see cref="TransferProgress.IsQueued"/>) for up to <c>send-queue-timeout</c>; when the queue is full (<c>max-queued-sends</c>) or the timeout
    /// ends, its outcome is <see cref="FailureReason.Overloaded"/>. While the account is not connected (before its first login, or between
    /// two attempts), it is queued as well, for up to <c>offline-timeout</c>; after that, or when the server refuses the account, its outcome is
    /// <see cref="FailureReason.LinkLost"/>.
    /// </summary>
    /// <param name="to">
    /// Full JID of the receiver, the domain of a component, or the bare JID of an account: then a resource is chosen that is online (the sending account must
    /// be subscribed to its presence) and advertises file transfer. Without one, the outcome is <see cref="FailureReason.PeerOffline"/> or
    /// <see cref="FailureReason.NotSupported"/>.
    /// </param>
    /// <param name="file">An existing, readable file.</param>
    /// <param name="options">The sending account; null = the first.</param>
    /// <param name="ct">Cancels the start, until the task has completed. Later use <see cref="ITransfer.CancelAsync"/>.</param>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled before the transfer had an id: nothing is sent.</exception>
    /// <exception cref="EngineException">The engine could not start, or has stopped.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotARegularFileException">It is a folder, a pipe, a socket or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    Task<ITransfer> SendAsync(Jid to, FileInfo file, SendOptions? options = null, CancellationToken ct = default);

    /// <summary>Sends content of the application's own kind; see <see cref="SendAsync(Jid, FileInfo, SendOptions?, CancellationToken)"/>.</summary>
    Task<ITransfer> SendAsync(Jid to, IOutgoingContent content, SendOptions? options = null, CancellationToken ct = default);

    /// <summary>Sends the rest of a stream.</summary>
    /// <param name="to">Receiver; see <see cref="SendAsync(Jid, FileInfo, SendOptions?, CancellationToken)"/>.</param>
    /// <param name="content">Readable; disposed when the transfer has ended. One that can seek lets a broken transfer be continued.</param>
    /// <param name="file">Name, and size: the offer announces it. A negative size is taken from a stream that can seek.</param>
    /// <param name="options">Which account sends; null = the first.</param>
    /// <param name="ct">Cancels the start, until the task has completed.</param>
    /// <exception cref="ArgumentException">The size is not known, or differs from that of the stream.</exception>
    Task<ITransfer> SendAsync(Jid to, Stream content, FileDescription file, SendOptions? options = null, CancellationToken ct = default);

    /// <summary>Sends the content of a pipe, which is completed when the transfer has ended.</summary>
    /// <inheritdoc cref="SendAsync(Jid, Stream, FileDescription, SendOptions?, CancellationToken)"/>
    Task<ITransfer> SendAsync(Jid to, PipeReader content, FileDescription file, SendOptions? options = null, CancellationToken ct = default);

    /// <summary>
    /// Offers as they arrive. Offers above the limits of section <c>transfers</c> are queued before they appear here, or refused with
    /// <c>resource-constraint</c>. Offers that arrive before the first call wait for it, up to a limit (<c>transfers.max-pending-offers</c>,
    /// <c>max-offers-per-peer</c>). An offer without a decision is refused with <c>forbidden</c> after <c>target.offer</c>; one that ends before it
    /// is read does not appear. Each offer goes to one reader. An application that only sends sets <c>target.enabled = off</c>: offers are refused at once.
    /// </summary>
    IAsyncEnumerable<IIncomingOffer> IncomingAsync(CancellationToken ct = default);

    /// <summary>
    /// Ends the work of this engine, for example before a new version takes over: new sends fail as <see cref="FailureReason.Overloaded"/>, queued ones too,
    /// offers of peers are refused as temporary errors (<c>wait/resource-constraint</c>), and active transfers go on. Health checks are not ready any more. The
    /// application does the same when it stops, with <see cref="ActorTransferOptions.DrainTimeout"/>. Proxies: <see cref="IProxies.DrainAsync"/>.
    /// </summary>
    /// <param name="within">
    /// Transfers that have not ended by then are cancelled on both sides (<see cref="TransferOutcome.Cancelled.Reason"/>), and received bytes are kept for
    /// resumption. Null = they may take as long as they need.
    /// </param>
    /// <param name="ct">Cancels the wait only.</param>
    /// <returns>True when the last transfer has ended; false when <see cref="EndDrainAsync"/> was called before.</returns>
    /// <exception cref="EngineException">The engine could not start, or has stopped.</exception>
    Task<bool> DrainAsync(TimeSpan? within = null, CancellationToken ct = default);

    /// <summary>Allows new transfers again after <see cref="DrainAsync"/>. Has no effect while the application stops.</summary>
    /// <param name="ct">Cancels the wait only.</param>
    /// <exception cref="EngineException">The engine could not start, or has stopped.</exception>
    Task EndDrainAsync(CancellationToken ct = default);

    /// <summary>
    /// Records stanzas and state changes of all transfers. Needs <see cref="ActorTransferOptions.TraceStanzas"/>.
    /// </summary>
    /// <param name="capacity">Maximum number of events; later ones are only counted.</param>
    /// <param name="ct">Cancels the wait for the actor system.</param>
    /// <exception cref="InvalidOperationException">Stanzas are not traced.</exception>
    Task<ITraceRecording> RecordAsync(int capacity = 10_000, CancellationToken ct = default);
}
