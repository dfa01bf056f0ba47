using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Actors.Files;

/// <summary>Content of this engine: its stream need not be built for each transfer.</summary>
internal interface IReadableRange : IOutgoingContent
{
    /// <summary>As <see cref="IOutgoingContent.Open"/>.</summary>
    ByteRange Range(long offset, long length, int chunkSize);
}
