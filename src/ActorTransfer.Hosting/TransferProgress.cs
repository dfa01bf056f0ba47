using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>Where a transfer stands.</summary>
/// <param name="State">Its state.</param>
/// <param name="Bytes">Bytes moved so far.</param>
/// <param name="Total">Bytes to move.</param>
public sealed record TransferProgress(TransferState State, long Bytes, long Total)
{
    /// <summary>The method; null until that is known.</summary>
    public TransferMethod? Method { get; init; }

    /// <summary>
    /// It waits because as many transfers are alive as may be, of all or with its peer (<c>transfers.max-active</c>, <c>max-per-peer</c>), or because its account
    /// has no connection.
    /// </summary>
    public bool IsQueued { get; init; }
}
