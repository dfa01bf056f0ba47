using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>The road that a transfer takes.</summary>
/// <param name="Road">Its kind.</param>
/// <param name="Host">Streamhost in use as host:port; null in-band.</param>
public sealed record TransferRoad(Road Road, string? Host);
