using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>Content to send: bytes of a known length.</summary>
public interface IOutgoingContent
{
    /// <summary>Name, size and further metadata of the offer. <see cref="FileDescription.Ranged"/>: it can be opened at any offset, several times.</summary>
    FileDescription Description { get; }

    /// <summary>The description with values that take time to compute, such as the MD5. Called once before the offer.</summary>
    Task<FileDescription> DescribeAsync(FileSettings settings, CancellationToken ct) => Task.FromResult(Description);

    /// <summary>Bytes [offset, offset + length). Materialised once; the source always releases what it opened.</summary>
    Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize);

    /// <summary>Lower-case hexadecimal SHA-256 of the whole content. Requested when only a range is sent; never with <c>files.digest = none</c>.</summary>
    Task<string> HashAsync(CancellationToken ct) => Task.FromException<string>(
        new NotSupportedException($"{GetType().Name} offers ranges, so it must provide the hash of the whole content."));
}
