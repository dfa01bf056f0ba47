using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>A transfer, active or ended.</summary>
public interface ITransfer
{
    /// <summary>Number of the transfer in this process.</summary>
    TransferId Id { get; }

    /// <summary>The other side. If the file was sent to a bare JID, the full JID of the chosen resource once it is known.</summary>
    Jid Peer { get; }

    /// <summary>The transferred file.</summary>
    FileDescription File { get; }

    /// <summary>The stream method in use; null until it is known; may change by a fallback.</summary>
    TransferMethod? Method { get; }

    /// <summary>
    /// The protocol by which the file is or was offered, never <see cref="ActorTransfer.Signalling.Auto"/>; null until it is known, and for uploads and
    /// downloads by HTTP; may change by a fallback.
    /// </summary>
    Signalling? Signalling { get; }

    /// <summary>The outcome. Never faults; all resources are released by then.</summary>
    Task<TransferOutcome> Completion { get; }

    /// <summary>Current progress and each change, until it ends. A slow reader gets the latest, not all. For one reader.</summary>
    IAsyncEnumerable<TransferProgress> ProgressAsync(CancellationToken ct = default);

    /// <summary>
    /// Stops its bytes until <see cref="ResumeAsync"/>: a sender stops reading the file, a receiver stops reading the socket, so that the sender is held back.
    /// At most one more buffer (<c>chunk-size</c>) is read. A transfer that does not stream yet is negotiated and then waits. While it is paused it keeps
    /// its slot and its connection, it can be cancelled, <c>initiator.stalled</c> and <c>target.stalled</c> do not apply, and the peer's own timeouts do: this
    /// engine as peer ends it after two minutes without a byte. An in-band sender keeps the bytestream open and sends no blocks. An in-band receiver
    /// lets <c>in-band.receive-buffer</c> fill; then blocks are not acknowledged and after <c>in-band.ack-delay</c> refused as temporary errors, which most
    /// senders repeat only a few times, so pause it for less than a minute.
    /// </summary>
    /// <param name="ct">Cancels the wait only.</param>
    /// <returns>Completes when it is in effect (<see cref="TransferProgress.IsPaused"/>), or the transfer has ended.</returns>
    Task PauseAsync(CancellationToken ct = default);

    /// <summary>Continues after <see cref="PauseAsync"/>. Has no effect on a transfer that is not paused.</summary>
    /// <param name="ct">Cancels the wait only.</param>
    /// <returns>Completes when it is in effect, or the transfer has ended.</returns>
    Task ResumeAsync(CancellationToken ct = default);

    /// <summary>
    /// Cancels it on both sides; completes when it has ended: all resources are released, and the peer's notification was handed to the link. Has no
    /// effect on an ended transfer; one that ends at the same moment may still complete: the outcome tells.
    /// </summary>
    /// <param name="ct">Cancels the wait only.</param>
    /// <returns>The outcome, as <see cref="Completion"/>.</returns>
    Task<TransferOutcome> CancelAsync(CancellationToken ct = default);

    /// <summary>As <see cref="CancelAsync"/>, without the wait.</summary>
    void Cancel();
}
