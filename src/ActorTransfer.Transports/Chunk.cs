using System.Buffers;
using System.Diagnostics;

namespace ActorTransfer.Transports;

/// <summary>
/// Pooled bytes with one owner at a time: whoever takes a chunk disposes it, exactly once, or hands it on. Not thread-safe; the
/// hand-over between stages is the only synchronisation it needs.
/// </summary>
/// <remarks>
/// The arrays come from <see cref="ArrayPool{T}.Shared"/>: last in, first out for each core, so a busy stream keeps using the array
/// that is still in the cache, and an idle process gives the memory back at the next full collection. The finalizer is a net, not a
/// way of life: a stream that is torn down between a push and its grab drops the element without telling anybody.
/// </remarks>
public sealed class Chunk : IDisposable
{
    /// <summary>Bytes of a full chunk where the caller has no setting of its own: 256 KiB.</summary>
    public const int DefaultSize = 256 * 1024;

    private static long s_outstanding;
    private static long s_lost;

    private byte[]? _array;
    private int _start;
    private int _length;

    private Chunk(byte[] array, int length)
    {
        _array = array;
        _length = length;
    }

    /// <summary>The net below <see cref="Dispose"/>: the array is left to the collector, since somebody may still hold its memory.</summary>
#pragma warning disable MA0055 // one small object for up to 256 KiB: the finalizer costs nothing that can be measured
    ~Chunk()
#pragma warning restore MA0055
    {
        if (_array is null)
        {
            return;
        }

        Interlocked.Decrement(ref s_outstanding);
        Interlocked.Increment(ref s_lost);
    }

    /// <summary>Chunks rented and not yet disposed, in this process.</summary>
    public static long Outstanding => Interlocked.Read(ref s_outstanding);

    /// <summary>Chunks that nobody disposed and the collector found.</summary>
    public static long Lost => Interlocked.Read(ref s_lost);

    /// <summary>Bytes in the window.</summary>
    public int Length => _length;

    /// <summary>The window. Valid until the chunk is disposed or handed on.</summary>
    public Memory<byte> Memory => Array.AsMemory(_start, _length);

    /// <summary>The window. Valid until the chunk is disposed or handed on.</summary>
    public Span<byte> Span => Array.AsSpan(_start, _length);

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(Chunk));

    /// <summary>A chunk whose window is exactly <paramref name="minimumLength"/> bytes of unspecified content; the caller owns it.</summary>
    public static Chunk Rent(int minimumLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumLength);
        Chunk chunk = new(ArrayPool<byte>.Shared.Rent(minimumLength), minimumLength);
        Interlocked.Increment(ref s_outstanding);
        return chunk;
    }

    /// <summary>A chunk that holds a copy of <paramref name="bytes"/>; the caller owns it.</summary>
    public static Chunk CopyOf(ReadOnlySpan<byte> bytes)
    {
        Chunk chunk = Rent(bytes.Length);
        bytes.CopyTo(chunk.Span);
        return chunk;
    }

    /// <summary>Keeps the first <paramref name="length"/> bytes of the window.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        _length = length;
    }

    /// <summary>Drops the first <paramref name="count"/> bytes of the window.</summary>
    public void Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _length);
        _start += count;
        _length -= count;
    }

    /// <summary>Gives the bytes back. A second call is a fault of the caller: Debug builds throw, others ignore it.</summary>
    public void Dispose()
    {
        byte[]? array = Interlocked.Exchange(ref _array, null);
        if (array is null)
        {
            ComplainAboutSecondDispose();
            return;
        }

        _start = 0;
        _length = 0;
        Interlocked.Decrement(ref s_outstanding);
        GC.SuppressFinalize(this);
        ArrayPool<byte>.Shared.Return(array);
    }

    [Conditional("DEBUG")]
    private static void ComplainAboutSecondDispose() =>
        throw new InvalidOperationException("This chunk was disposed before: two owners believe that it is theirs.");
}
