using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>Progress of a transfer.</summary>
/// <param name="State">Its state.</param>
/// <param name="Bytes">Bytes moved so far.</param>
/// <param name="Total">Total bytes.</param>
public sealed record TransferProgress(TransferState State, long Bytes, long Total)
{
    /// <summary>The method; null until that is known.</summary>
    public TransferMethod? Method { get; init; }

    /// <summary>
    /// Queued because the limit of active transfers, in total or with its peer, is reached (<c>transfers.max-active</c>, <c>max-per-peer</c>), or because
    /// its account has no connection.
    /// </summary>
    public bool IsQueued { get; init; }

    /// <summary>Paused by <see cref="ITransfer.PauseAsync"/>; also before it streams.</summary>
    public bool IsPaused { get; init; }
}
