using System.Collections.Immutable;
using System.IO.Pipelines;
using ActorTransfer.Extensibility;

namespace ActorTransfer;

/// <summary>A file that a peer offers.</summary>
public interface IIncomingOffer
{
    /// <summary>Number of the transfer in this process.</summary>
    TransferId Id { get; }

    /// <summary>The sender, as stamped by its server.</summary>
    Jid From { get; }

    /// <summary>Own JID that the offer was sent to.</summary>
    Jid To { get; }

    /// <summary>The offered file. The name is the peer's: do not use it as a path. <c>AcceptAsync</c> cleans it.</summary>
    FileDescription File { get; }

    /// <summary>Accepts the file. It is written under a temporary name and appears under its own when complete; nothing is overwritten.</summary>
    /// <param name="folder">Target folder; null = the folder given to <c>DownloadTo</c>.</param>
    /// <param name="fileName">File name to use instead.</param>
    /// <param name="terms">How to receive; null = by any method.</param>
    /// <param name="ct">If already cancelled, the offer stays pending; later it has no effect, see <see cref="ITransfer.CancelAsync"/>.</param>
    /// <exception cref="InvalidOperationException">It was accepted or rejected already, or there is no folder.</exception>
    Task<ITransfer> AcceptAsync(string? folder = null, string? fileName = null, AcceptTerms? terms = null, CancellationToken ct = default);

    /// <summary>Accepts the file into a destination of the application, for example a stream or a pipe.</summary>
    /// <param name="destination">For this file only. Disposed when the transfer has ended, if it is disposable.</param>
    /// <param name="terms">How to receive; null = by any method.</param>
    /// <param name="ct">If already cancelled, the offer stays pending; later it has no effect, see <see cref="ITransfer.CancelAsync"/>.</param>
    /// <exception cref="InvalidOperationException">It was accepted or rejected already. The destination is not disposed.</exception>
    Task<ITransfer> AcceptAsync(IIncomingDestination destination, AcceptTerms? terms = null, CancellationToken ct = default);

    /// <summary>Declines; the peer gets <c>forbidden</c> with this text. Completes when the refusal was handed to the link.</summary>
    /// <param name="reason">For the peer's user; null = <c>declined</c>.</param>
    /// <param name="ct">Cancels the wait only, unless already cancelled.</param>
    /// <returns>False: the offer had ended: it timed out, its link was lost, or the peer withdrew it.</returns>
    /// <exception cref="InvalidOperationException">It was accepted or rejected already.</exception>
    /// <exception cref="EngineException">The engine has stopped, so the peer is not notified.</exception>
    Task<bool> RejectAsync(string? reason = null, CancellationToken ct = default);
}
