using ActorTransfer.Actors.Files;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>
/// Bytes determined by the number of a transfer and their position, so that misplaced bytes or bytes of another transfer are detected.
/// Fast to generate and to compare: slices of one block of random bytes.
/// </summary>
internal static class TransfersPattern
{
    private const int Size = 1 << 20;

    /// <summary>Odd, so that no two of a million transfers start at the same position of the block.</summary>
    private const int Stride = 7919;

    private static readonly byte[] s_block = Noise();

    public static void Fill(long number, long position, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var slice = Slice(number, position, bytes.Length);
            slice.CopyTo(bytes);
            bytes = bytes[slice.Length..];
            position += slice.Length;
        }
    }

    public static bool Matches(long number, long position, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var slice = Slice(number, position, bytes.Length);
            if (!bytes[..slice.Length].SequenceEqual(slice))
            {
                return false;
            }

            bytes = bytes[slice.Length..];
            position += slice.Length;
        }

        return true;
    }

    private static ReadOnlySpan<byte> Slice(long number, long position, int most)
    {
        var start = (int)(((number * Stride) + position) % Size);
        return s_block.AsSpan(start, Math.Min(most, Size - start));
    }

    private static byte[] Noise()
    {
        var block = new byte[Size];
        new Random(65).NextBytes(block);
        return block;
    }
}

/// <summary>
/// Generated content, so that the disk is not measured. Content that pauses is read in chunks of <see cref="BeforePause"/>, whatever the
/// engine requests: it holds a chunk while it waits, unlike real content, and that chunk must not count as memory of the engine.
/// </summary>
/// <param name="number">Of the transfer; its file is named after it.</param>
/// <param name="size">Bytes.</param>
/// <param name="pause">After the first <see cref="BeforePause"/> bytes the content waits for this.</param>
internal sealed class TransfersContent(long number, long size, Task pause) : IReadableRange
{
    public const int BeforePause = 4 * 1024;

    public FileDescription Description { get; } = new(NameOf(number), size);

    public static string NameOf(long number) => FormattableString.Invariant($"load-{number}");

    public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) =>
        ByteSource.Create(Range(offset, length, chunkSize)).MapMaterializedValue(_ => NotUsed.Instance);

    public ByteRange Range(long offset, long length, int chunkSize) =>
        new(Description.Name, () => new Reader(number, pause), offset, length, pause.IsCompleted ? chunkSize : BeforePause);

    private sealed class Reader(long number, Task pause) : IByteReader
    {
        public async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct)
        {
            if (position >= BeforePause && !pause.IsCompleted)
            {
                await pause.WaitAsync(ct);
            }

            TransfersPattern.Fill(number, position, buffer.Span);
            return buffer.Length;
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>The destination of generated content: every byte is compared with the sent one.</summary>
/// <param name="number">Of the transfer.</param>
/// <param name="first">Called at the first byte.</param>
internal sealed class TransfersSink(long number, Action first) : Stream
{
    private long _position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _position;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_position == 0)
        {
            first();
        }

        if (!TransfersPattern.Matches(number, _position, buffer))
        {
            throw new IOException(FormattableString.Invariant($"Transfer {number} received wrong bytes at {_position} or after."));
        }

        _position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
