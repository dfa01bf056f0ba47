using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Actors.Files;

/// <summary>
/// A stream that can seek, from its position on. It must not be used elsewhere meanwhile. For a stream that cannot seek, use a
/// <see cref="PipeContent"/> over <c>PipeReader.Create(stream)</c>.
/// </summary>
internal sealed class SeekableContent : ReadableContent, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Stream _stream;
    private readonly long _start;
    private readonly bool _leaveOpen;

    /// <summary>Offers the rest of the stream.</summary>
    /// <param name="stream">Readable and seekable.</param>
    /// <param name="file">Metadata of the offer. A negative size is taken from the stream.</param>
    /// <param name="leaveOpen">False: <see cref="Dispose"/> disposes the stream.</param>
    /// <exception cref="ArgumentException">It cannot seek, or has fewer bytes than <paramref name="file"/> announces.</exception>
    public SeekableContent(Stream stream, FileDescription file, bool leaveOpen = false)
        : base(Measured(stream, file))
    {
        _stream = stream;
        _start = stream.Position;
        _leaveOpen = leaveOpen;
    }

    /// <summary>Call it when the transfer has ended.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    private protected override IByteReader OpenReader() => new Reader(this);

    private static FileDescription Measured(Stream stream, FileDescription file)
    {
        if (!stream.CanRead || !stream.CanSeek)
        {
            throw new ArgumentException("The stream must be readable and seekable.", nameof(stream));
        }

        var left = stream.Length - stream.Position;
        return file.Size < 0 || file.Size == left
            ? file with { Size = left }
            : throw new ArgumentException($"The stream has {left} bytes left, fewer than the {file.Size} to offer.", nameof(file));
    }

    private async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            _stream.Position = _start + position;
            return await _stream.ReadAsync(buffer, ct).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A range and the hash of the whole may be read concurrently: reads are serialized.</summary>
    private sealed class Reader(SeekableContent content) : IByteReader
    {
        public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct) => content.ReadAsync(position, buffer, ct);

        public void Dispose()
        {
        }
    }
}
