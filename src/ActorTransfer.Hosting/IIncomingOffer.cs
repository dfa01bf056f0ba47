using System.Collections.Immutable;
using System.IO.Pipelines;
using ActorTransfer.Extensibility;

namespace ActorTransfer;

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
    /// <param name="terms">How to receive; null = by any method.</param>
    /// <param name="ct">If it is cancelled already the offer stays as it is; later it has no effect, see <see cref="ITransfer.CancelAsync"/>.</param>
    /// <exception cref="InvalidOperationException">It was accepted or rejected already, or there is no folder.</exception>
    Task<ITransfer> AcceptAsync(string? folder = null, string? fileName = null, AcceptTerms? terms = null, CancellationToken ct = default);

    /// <summary>Takes the file to where the host wants it, for example a stream or a pipe.</summary>
    /// <param name="destination">Where to; for this file only. Disposed when the transfer has ended, if it can be.</param>
    /// <param name="terms">How to receive; null = by any method.</param>
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
