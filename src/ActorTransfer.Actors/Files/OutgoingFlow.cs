using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Stages;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Files;

/// <summary>Source of a sender's byte flow.</summary>
internal static class OutgoingFlow
{
    /// <summary>
    /// Bytes [offset, offset + length) of the content. Value: lower-case hexadecimal SHA-256 of the whole content, null when it is not
    /// wanted, or the fault. If only a range is sent, the whole is read and hashed concurrently, so that the peer does not wait for it.
    /// </summary>
    /// <param name="content">What to send.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes to send.</param>
    /// <param name="chunkSize">Bytes of a full chunk.</param>
    /// <param name="computesDigest">Whether the SHA-256 is computed.</param>
    /// <param name="life">Cancels the concurrent hashing.</param>
    public static Source<Chunk, Task<string?>> Create(
        IOutgoingContent content, long offset, long length, int chunkSize, bool computesDigest, CancellationToken life)
    {
        var bytes = content.Open(offset, length, chunkSize);
        if (!computesDigest)
        {
            return bytes.MapMaterializedValue(_ => Task.FromResult<string?>(null));
        }

        return IsWhole(content, offset, length)
            ? bytes.ViaMaterialized(Flows.Sha256(), (_, hash) => hash)
            : bytes.MapMaterializedValue(_ => HashOfWhole(content, life));
    }

    /// <summary>The stream has every byte of the content, so it can hash it.</summary>
    public static bool IsWhole(IOutgoingContent content, long offset, long length) => offset == 0 && length == content.Description.Size;

    /// <summary>Reads and hashes the content, concurrently with a stream that has a range of it. A failed stream does not need the hash.</summary>
    public static Task<string?> HashOfWhole(IOutgoingContent content, CancellationToken life)
    {
        var hash = content.HashAsync(life);
        _ = hash.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return hash!;
    }
}
