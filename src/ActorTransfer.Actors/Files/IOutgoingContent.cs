using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>What can be sent: bytes of a known length.</summary>
public interface IOutgoingContent
{
    /// <summary>Name, size and the rest of what the peer is told. <see cref="FileDescription.Ranged"/>: it can be opened at any offset, several times.</summary>
    FileDescription Description { get; }

    /// <summary>The description with what takes time to find out, such as the MD5. Called once before the offer.</summary>
    Task<FileDescription> DescribeAsync(FileSettings settings, CancellationToken ct) => Task.FromResult(Description);

    /// <summary>Bytes [offset, offset + length). Materialised once; the source releases what it opened however it ends.</summary>
    Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize);

    /// <summary>Lower-case hexadecimal SHA-256 of everything. Asked for when only a part is sent, at the same time as that part; never with <c>files.digest = none</c>.</summary>
    Task<string> HashAsync(CancellationToken ct) => Task.FromException<string>(
        new NotSupportedException($"{GetType().Name} offers ranges, so it must know the hash of the whole."));
}
