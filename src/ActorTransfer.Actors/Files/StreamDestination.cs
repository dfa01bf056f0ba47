using System.IO.Pipelines;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Files;

namespace ActorTransfer;

/// <summary>
/// A stream or pipe of the application. Bytes are written as they arrive, before the file is complete and verified: only the outcome tells that it is. A
/// failed transfer cannot be resumed. Dispose it when the transfer has ended, in case no bytes arrived.
/// </summary>
public sealed class StreamDestination : IIncomingDestination, IDisposable
{
    private readonly ByteStore _store;

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">Writable.</param>
    /// <param name="leaveOpen">False: it is disposed at the end in any case.</param>
    /// <exception cref="ArgumentException">It cannot be written.</exception>
    public StreamDestination(Stream stream, bool leaveOpen = false)
    {
        if (!stream.CanWrite)
        {
            throw new ArgumentException("The stream cannot be written.", nameof(stream));
        }

        _store = new StreamStore(stream, leaveOpen);
    }

    /// <summary>Writes to a pipe, at the pace of its reader. It is completed at the end: with an exception unless the file is complete and verified.</summary>
    public StreamDestination(PipeWriter pipe) => _store = new PipeStore(pipe);

    /// <inheritdoc/>
    public Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life)
    {
        var content = new Reception(
            _store, offer.Size, offer.File.Md5, null, offer.MaxSize, settings.ComputesDigest, offer.File.Sha256Hex, offer.File.HashFunction);
        life.Register(content.Dispose);
        return Task.FromResult<IIncomingContent>(content);
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();
}
