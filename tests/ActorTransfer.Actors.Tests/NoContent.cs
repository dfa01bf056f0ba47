using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests;

/// <summary>An empty file.</summary>
internal sealed class NoContent : IOutgoingContent
{
    public FileDescription Description { get; init; } = new("f", 0);

    public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) => Source.Empty<Chunk>();
}
