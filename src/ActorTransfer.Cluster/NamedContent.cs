using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer;

/// <summary>
/// Content that each node can open by its name, with <see cref="IContentResolver"/>: it is sent from the node where the account lives, and its bytes do not
/// cross the cluster.
/// </summary>
/// <param name="name">A name that the application's resolver knows.</param>
/// <param name="description">What the receiver is offered.</param>
public sealed class NamedContent(string name, FileDescription description) : IOutgoingContent
{
    /// <summary>A name that the application's resolver knows.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public FileDescription Description { get; } = description;

    /// <summary>Not supported: only an account of the cluster can send it.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) =>
        throw new NotSupportedException("Named content is sent by an account of the cluster, see IAccountDirectory.");
}
