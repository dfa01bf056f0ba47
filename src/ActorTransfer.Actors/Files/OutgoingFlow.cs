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

        return offset == 0 && length == content.Description.Size
            ? bytes.ViaMaterialized(Flows.Sha256(), (_, hash) => (Task<string?>)hash!)
            : bytes.MapMaterializedValue(_ => (Task<string?>)Observed(content.HashAsync(life))!);
    }

    /// <summary>A failed flow does not need the hash.</summary>
    private static Task<string> Observed(Task<string> hash)
    {
        _ = hash.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return hash;
    }
}
