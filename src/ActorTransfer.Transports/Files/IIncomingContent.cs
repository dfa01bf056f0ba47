using ActorTransfer.Transports.Files;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>A file that is received into a folder, a stream or a pipe. Thread-safe, except for the single stream that may run into it.</summary>
public interface IIncomingContent : IDisposable
{
    /// <summary>The first byte to request; above 0 when there is a verified partial file.</summary>
    long Offset { get; }

    /// <summary>
    /// Consumes one byte stream: counts, hashes, writes, verifies and puts the file in place. Detects by itself whether the sender honours
    /// <see cref="Offset"/>. Fails with a length error, <see cref="WrongHashException"/>, <see cref="IncomingFileException"/>, or the
    /// stream's failure. May be materialised again until bytes have arrived.
    /// </summary>
    /// <param name="tailWait">How long to wait, after all bytes, for the end of a stream.</param>
    /// <param name="stage">The user's stage between link and file, if any; it sees regular ends only when all bytes have passed it.</param>
    /// <param name="arrived">
    /// Called and awaited after all bytes are verified, before the file is put in place. If it fails, the file is not put in place.
    /// </param>
    Sink<Chunk, Task<ReceivedFile>> Sink(TimeSpan tailWait, Flow<Chunk, Chunk, NotUsed>? stage = null, Func<Task>? arrived = null);

    /// <summary>The sender sends nothing more: after all bytes, do not wait for the end of the stream. By default, wait.</summary>
    void Conclude()
    {
    }

    /// <summary>Cancels and deletes the received bytes. Does nothing after the end.</summary>
    void Discard();
}

/// <summary>A received file.</summary>
/// <param name="Bytes">Bytes received in this transfer.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of the whole file; null when it was not computed.</param>
/// <param name="Path">Its path, if it is in a folder.</param>
public sealed record ReceivedFile(long Bytes, string? Sha256, string? Path);
