using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Stages;
using Akka.Streams.Dsl;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>Reads a range of a file.</summary>
internal static class FileSource
{
    /// <summary>See <see cref="ByteSource.Create"/>. The file is opened when the stream starts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes to read.</param>
    /// <param name="chunkSize">Bytes of a full chunk.</param>
    public static Source<Chunk, Task<long>> Create(string path, long offset, long length, int chunkSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ByteSource.Create(new ByteRange(path, () => new FileReader(path), offset, length, chunkSize));
    }
}

/// <summary>Reads a file. Other processes may change, move and delete it meanwhile.</summary>
internal sealed class FileReader : IByteReader
{
    private readonly SafeFileHandle _file;

    /// <summary>Opens the file.</summary>
    public FileReader(string path) => _file = File.OpenHandle(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct) => RandomAccess.ReadAsync(_file, buffer, position, ct);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
