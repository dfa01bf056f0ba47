using ActorTransfer.Transports.Files;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>A file on its way into a folder, a stream or a pipe. Thread-safe but for the one stream that may run into it.</summary>
public interface IIncomingContent : IDisposable
{
    /// <summary>The first byte that is to be asked for; above 0 when an earlier transfer left a part that can be trusted.</summary>
    long Offset { get; }

    /// <summary>
    /// Takes the bytes of one byte stream from first to last: counts, hashes, writes, verifies and puts them in place. Finds out by itself
    /// whether the sender heeded <see cref="Offset"/>. Fails with a length error, <see cref="WrongHashException"/>,
    /// <see cref="IncomingFileException"/>, or as the stream does. May be materialised again as long as no byte came.
    /// </summary>
    /// <param name="tailWait">How long to wait, when everything has come, for the end of a stream that does not end.</param>
    /// <param name="stage">The user's own stage between link and file, if any; it sees regular ends only when all bytes have passed it.</param>
    /// <param name="arrived">Called and waited for when everything has come and is right, before it is put in place. If it fails, it is not.</param>
    Sink<Chunk, Task<ReceivedFile>> Sink(TimeSpan tailWait, Flow<Chunk, Chunk, NotUsed>? stage = null, Func<Task>? arrived = null);

    /// <summary>The sender sends nothing more: when everything has come, the end of the stream is not waited for. Default: it is.</summary>
    void Conclude()
    {
    }

    /// <summary>Gives up and throws away what came. Does nothing after the end.</summary>
    void Discard();
}

/// <summary>A file that has arrived.</summary>
/// <param name="Bytes">Bytes that came in this transfer.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of the whole file; null when it was not computed.</param>
/// <param name="Path">Where it is, if it is in a folder.</param>
public sealed record ReceivedFile(long Bytes, string? Sha256, string? Path);
