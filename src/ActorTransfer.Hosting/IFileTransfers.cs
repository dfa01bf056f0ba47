using System.Collections.Immutable;
using System.IO.Pipelines;
using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Files;

namespace ActorTransfer.Hosting;

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
    /// Sends a file to a full JID or a component. When as many transfers are alive as may be (<c>transfers.max-alive</c>, <c>max-per-peer</c>) it waits
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
    /// Records what is said and which states are entered from now on, of all transfers. Needs <see cref="ActorTransferOptions.TraceConversations"/>.
    /// </summary>
    /// <param name="capacity">Events that are kept; later ones are counted only.</param>
    /// <param name="ct">Ends the wait for the actor system.</param>
    /// <exception cref="InvalidOperationException">Conversations are not traced.</exception>
    Task<IConversationRecording> RecordAsync(int capacity = 10_000, CancellationToken ct = default);
}

/// <summary>How to send.</summary>
/// <param name="Account">Name of the account; null = the first.</param>
/// <param name="From">Own full JID; null = the account's own. Components may send from any JID of their domain.</param>
public sealed record SendOptions(string? Account = null, Jid? From = null)
{
    /// <summary>Roads that the bytes may take. Default: all, the fastest kind first.</summary>
    public Roads Roads { get; init; } = Roads.All;

    /// <summary>Proxies that are offered besides those that the server names.</summary>
    public ImmutableArray<Jid> Proxies { get; init; } = [];
}

/// <summary>How to receive.</summary>
/// <param name="Roads">Roads that the bytes may take.</param>
public sealed record AcceptTerms(Roads Roads = Roads.All)
{
    /// <summary>A transfer that this side cancels leaves its part of the file for another time, as one that broke does. Default: it is thrown away.</summary>
    public bool KeepsPart { get; init; }

    /// <summary>
    /// Bytes to take at most of a file whose size the peer did not say (<see cref="FileDescription.IsSizeUnknown"/>); the transfer fails when more come.
    /// Default: null, any number. The size of other files is known before they are accepted.
    /// </summary>
    public long? MaxSize { get; init; }
}

/// <summary>The road that a transfer takes.</summary>
/// <param name="Road">Its kind.</param>
/// <param name="Host">Streamhost in use as host:port; null in-band.</param>
public sealed record TransferRoad(Road Road, string? Host);

/// <summary>A file that a peer offers.</summary>
public interface IIncomingOffer
{
    /// <summary>Number of the transfer in this process.</summary>
    TransferId Id { get; }

    /// <summary>Who offers, as stamped by its server.</summary>
    Jid From { get; }

    /// <summary>Own JID that the offer was sent to.</summary>
    Jid To { get; }

    /// <summary>What is offered. The name is the peer's: do not use it as a path. <c>AcceptAsync</c> cleans it.</summary>
    FileDescription File { get; }

    /// <summary>Takes the file. It is written under a temporary name and appears under its own when complete; nothing is overwritten.</summary>
    /// <param name="folder">Where to; null = the folder given to <c>DownloadTo</c>.</param>
    /// <param name="fileName">Another name for it.</param>
    /// <param name="terms">How to receive; null = by any road.</param>
    /// <param name="ct">If it is cancelled already the offer stays as it is; later it has no effect, see <see cref="ITransfer.CancelAsync"/>.</param>
    /// <exception cref="InvalidOperationException">It was accepted or rejected already, or there is no folder.</exception>
    Task<ITransfer> AcceptAsync(string? folder = null, string? fileName = null, AcceptTerms? terms = null, CancellationToken ct = default);

    /// <summary>Takes the file to where the host wants it, for example a stream or a pipe.</summary>
    /// <param name="destination">Where to; for this file only. Disposed when the transfer has ended, if it can be.</param>
    /// <param name="terms">How to receive; null = by any road.</param>
    /// <param name="ct">If it is cancelled already the offer stays as it is; later it has no effect, see <see cref="ITransfer.CancelAsync"/>.</param>
    /// <exception cref="InvalidOperationException">It was accepted or rejected already. The destination is left alone.</exception>
    Task<ITransfer> AcceptAsync(IIncomingDestination destination, AcceptTerms? terms = null, CancellationToken ct = default);

    /// <summary>Declines; the peer gets <c>forbidden</c> with this text. Completes when the refusal was handed to the link.</summary>
    /// <param name="reason">For the peer's user; null = <c>declined</c>.</param>
    /// <param name="ct">Ends the wait only, unless it is cancelled already.</param>
    /// <returns>False: there was nothing to decline any more. The offer timed out, its link is lost, or the peer took it back.</returns>
    /// <exception cref="InvalidOperationException">It was accepted or rejected already.</exception>
    /// <exception cref="EngineException">The engine stopped, so that nobody can tell the peer.</exception>
    Task<bool> RejectAsync(string? reason = null, CancellationToken ct = default);
}

/// <summary>A transfer that runs, or has ended.</summary>
public interface ITransfer
{
    /// <summary>Number of the transfer in this process.</summary>
    TransferId Id { get; }

    /// <summary>The other side.</summary>
    Jid Peer { get; }

    /// <summary>What is transferred.</summary>
    FileDescription File { get; }

    /// <summary>The road that it takes; null until that is known, and changed by a fallback.</summary>
    TransferRoad? Road { get; }

    /// <summary>How it ended. Never faults; by then everything it held is released.</summary>
    Task<TransferOutcome> Completion { get; }

    /// <summary>Where it stands now and whenever that changes, until it ends. A slow reader gets the latest, not all. For one reader.</summary>
    IAsyncEnumerable<TransferProgress> ProgressAsync(CancellationToken ct = default);

    /// <summary>
    /// Ends it on both sides; completes when it has ended: everything is released, and what tells the peer was handed to the link. A transfer that has
    /// ended is not changed, and one that ends by itself at the same moment may still complete: the outcome says which.
    /// </summary>
    /// <param name="ct">Ends the wait only.</param>
    /// <returns>How it ended, as <see cref="Completion"/>.</returns>
    Task<TransferOutcome> CancelAsync(CancellationToken ct = default);

    /// <summary>As <see cref="CancelAsync"/>, without the wait.</summary>
    void Cancel();
}

/// <summary>Where a transfer stands.</summary>
/// <param name="State">Its state.</param>
/// <param name="Bytes">Bytes moved so far.</param>
/// <param name="Total">Bytes to move.</param>
public sealed record TransferProgress(TransferState State, long Bytes, long Total)
{
    /// <summary>The road; null until that is known.</summary>
    public TransferRoad? Road { get; init; }

    /// <summary>
    /// It waits because as many transfers are alive as may be, of all or with its peer (<c>transfers.max-alive</c>, <c>max-per-peer</c>), or because its account
    /// has no connection.
    /// </summary>
    public bool IsQueued { get; init; }
}

/// <summary>The engine cannot work as it was configured.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">For people.</param>
    /// <param name="forGood">True: trying again as configured is useless. False: it may work later.</param>
    public EngineException(string message, bool forGood = true)
        : base(message) => ForGood = forGood;

    /// <summary>True: trying again as configured is useless. False: it may work later, for example when the server is back.</summary>
    public bool ForGood { get; }
}
