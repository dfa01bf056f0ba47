using System.Collections.Immutable;
using System.IO.Pipelines;
using ActorTransfer.Actors.Files;
using ActorTransfer.Extensibility;

namespace ActorTransfer;

/// <summary>
/// Sends and receives files. Inject it after <c>AddActorTransfer</c>; all members may be called from any thread.
/// Expected failures are values (<see cref="TransferOutcome"/>); exceptions mean wrong arguments or a stopped host. They come with the task, never
/// out of the call itself. A token that is given to a call ends that call and nothing that it has begun: a transfer ends with
/// <see cref="ITransfer.CancelAsync"/>, so that the token of a web request may be handed on.
/// </summary>
public interface IFileTransfers
{
    /// <summary>Completes when every connection of the engine is up and every proxy listens.</summary>
    /// <exception cref="EngineException">A connection was refused (it is tried again, slowly), or the engine cannot start.</exception>
    Task ReadyAsync(CancellationToken ct = default);

    /// <summary>As <see cref="ReadyAsync(CancellationToken)"/>, for those who would rather know at once than wait for a server to come back.</summary>
    /// <param name="keepTrying">False: a connection that is lost, or fails at the first try, ends the wait. The engine tries again all the same.</param>
    /// <param name="ct">Ends the wait only.</param>
    /// <exception cref="EngineException">As said; <see cref="EngineException.ForGood"/> tells which kind.</exception>
    Task ReadyAsync(bool keepTrying, CancellationToken ct = default);

    /// <summary>
    /// Sends a file to a full JID or a component. When as many transfers are alive as may be (<c>transfers.max-active</c>, <c>max-per-peer</c>) it waits
    /// (<see cref="TransferProgress.IsQueued"/>) for its turn, up to <c>send-queue-timeout</c>; when as many wait as may (<c>max-queued-sends</c>), or there is
    /// no room in time, its outcome is <see cref="FailureReason.Overloaded"/>. While the account has no connection (it logs in for the first time, or is between
    /// two attempts) it waits in the same way, up to <c>offline-timeout</c>; when that is over, or the server refuses the account, its outcome is
    /// <see cref="FailureReason.LinkLost"/>.
    /// </summary>
    /// <param name="to">
    /// Full JID of the receiver, or the domain of a component. For the bare JID of an account the outcome is <see cref="FailureReason.NotSupported"/>.
    /// </param>
    /// <param name="file">An existing, readable file.</param>
    /// <param name="options">Which account sends; null = the first.</param>
    /// <param name="ct">Ends the start: until the task has completed. See <see cref="ITransfer.CancelAsync"/> for later.</param>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled before the transfer had a number: nothing is sent.</exception>
    /// <exception cref="EngineException">The engine could not start, or has stopped.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotARegularFileException">It is a folder, a pipe, a socket or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    Task<ITransfer> SendAsync(Jid to, FileInfo file, SendOptions? options = null, CancellationToken ct = default);

    /// <summary>Sends content of the host's own kind; see <see cref="SendAsync(Jid, FileInfo, SendOptions?, CancellationToken)"/>.</summary>
    Task<ITransfer> SendAsync(Jid to, IOutgoingContent content, SendOptions? options = null, CancellationToken ct = default);

    /// <summary>Sends what is left of a stream.</summary>
    /// <param name="to">
    /// Full JID of the receiver, or the domain of a component. For the bare JID of an account the outcome is <see cref="FailureReason.NotSupported"/>.
    /// </param>
    /// <param name="content">Readable; disposed when the transfer has ended. One that can seek lets a broken transfer be continued.</param>
    /// <param name="file">Name, and size: the offer announces it. A negative size is taken from a stream that can seek.</param>
    /// <param name="options">Which account sends; null = the first.</param>
    /// <param name="ct">Ends the start: until the task has completed.</param>
    /// <exception cref="ArgumentException">The size is not known, or not that of the stream.</exception>
    Task<ITransfer> SendAsync(Jid to, Stream content, FileDescription file, SendOptions? options = null, CancellationToken ct = default);

    /// <summary>Sends what comes out of a pipe, which is completed when the transfer has ended.</summary>
    /// <inheritdoc cref="SendAsync(Jid, Stream, FileDescription, SendOptions?, CancellationToken)"/>
    Task<ITransfer> SendAsync(Jid to, PipeReader content, FileDescription file, SendOptions? options = null, CancellationToken ct = default);

    /// <summary>
    /// Offers as they arrive. Those above the limits of section <c>transfers</c> wait for room before they come here, or are answered with
    /// <c>resource-constraint</c>. Those that arrive before the first call wait for it, as many as may be pending (<c>transfers.max-undecided-offers</c>,
    /// <c>max-offers-per-peer</c>). An offer that nobody decides on is answered with <c>forbidden</c> after <c>target.offer</c>, and one that is gone before it
    /// was read does not come. Each offer goes to one reader. An application that only sends sets <c>target.enabled = off</c>: offers are refused at once.
    /// </summary>
    IAsyncEnumerable<IIncomingOffer> IncomingAsync(CancellationToken ct = default);

    /// <summary>
    /// Records what is said and which states are entered from now on, of all transfers. Needs <see cref="ActorTransferOptions.TraceStanzas"/>.
    /// </summary>
    /// <param name="capacity">Events that are kept; later ones are counted only.</param>
    /// <param name="ct">Ends the wait for the actor system.</param>
    /// <exception cref="InvalidOperationException">Conversations are not traced.</exception>
    Task<ITraceRecording> RecordAsync(int capacity = 10_000, CancellationToken ct = default);
}
