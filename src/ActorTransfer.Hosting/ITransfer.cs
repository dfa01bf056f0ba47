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

    /// <summary>The outcome. Never faults; all resources are released by then.</summary>
    Task<TransferOutcome> Completion { get; }

    /// <summary>Current progress and each change, until it ends. A slow reader gets the latest, not all. For one reader.</summary>
    IAsyncEnumerable<TransferProgress> ProgressAsync(CancellationToken ct = default);

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
