using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>The stream method of a transfer.</summary>
/// <param name="Method">Its kind.</param>
/// <param name="Host">Streamhost in use as host:port; null in-band.</param>
public sealed record TransferMethod(StreamMethod Method, string? Host);
