using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>A transfer that runs, or has ended.</summary>
public interface ITransfer
{
    /// <summary>Number of the transfer in this process.</summary>
    TransferId Id { get; }

    /// <summary>The other side.</summary>
    Jid Peer { get; }

    /// <summary>What is transferred.</summary>
    FileDescription File { get; }

    /// <summary>The method that it takes; null until that is known, and changed by a fallback.</summary>
    TransferMethod? Method { get; }

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
