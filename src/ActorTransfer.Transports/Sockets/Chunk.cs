using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Extensibility;

/// <summary>
/// Pooled bytes with one owner at a time: the owner disposes a chunk exactly once, or passes it on. Not thread-safe; passing it between
/// stages is the only synchronisation it needs.
/// </summary>
/// <remarks>
/// The arrays come from <see cref="ArrayPool{T}.Shared"/>: last in, first out per core, so a busy stream reuses the array that is in the
/// cache, and an idle process releases the memory at the next full collection. The finalizer is only a safety net: a stream that is aborted
/// between a push and its grab drops the element without notice.
/// </remarks>
public sealed class Chunk : IDisposable
{
    /// <summary>Default size of a full chunk: 256 KiB.</summary>
    public const int DefaultSize = 256 * 1024;

    private static long s_outstanding;
    private static long s_lost;

    private byte[]? _array;
    private KernelPipe? _pipe;
    private int _start;
    private int _length;

    private Chunk(byte[]? array, KernelPipe? pipe, int length)
    {
        _array = array;
        _pipe = pipe;
        _length = length;
    }

    /// <summary>The safety net for <see cref="Dispose"/>: the array is left to the garbage collector, since its memory may still be in use.</summary>
#pragma warning disable MA0055 // one small object for up to 256 KiB: the cost of the finalizer is not measurable
    ~Chunk()
#pragma warning restore MA0055
    {
        if (_array is null && _pipe is null)
        {
            return;
        }

        _pipe?.Return(isEmpty: false);
        Interlocked.Decrement(ref s_outstanding);
        Interlocked.Increment(ref s_lost);
    }

    /// <summary>Chunks rented and not yet disposed, in this process.</summary>
    public static long Outstanding => Interlocked.Read(ref s_outstanding);

    /// <summary>Chunks that were not disposed and were finalized.</summary>
    public static long Lost => Interlocked.Read(ref s_lost);

    /// <summary>Bytes in the window.</summary>
    public int Length => _length;

    /// <summary>The window. Valid until the chunk is disposed or passed on.</summary>
    public Memory<byte> Memory => Array.AsMemory(_start, _length);

    /// <summary>The window. Valid until the chunk is disposed or passed on.</summary>
    public Span<byte> Span => Array.AsSpan(_start, _length);

    private byte[] Array => _array ?? throw (_pipe is null
        ? new ObjectDisposedException(nameof(Chunk))
        : new InvalidOperationException("The bytes of this chunk are in the kernel and cannot be read."));

    /// <summary>A chunk whose window is exactly <paramref name="minimumLength"/> bytes of unspecified content; the caller owns it.</summary>
    public static Chunk Rent(int minimumLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumLength);
        Chunk chunk = new(ArrayPool<byte>.Shared.Rent(minimumLength), pipe: null, minimumLength);
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

    /// <summary>
    /// A chunk whose bytes stay in the kernel, for streams whose stages only count: it has a length and no memory. Null when nothing was received, see
    /// <paramref name="error"/> (success: the peer has ended), or when there is no pipe (<paramref name="hasPipe"/>); the caller owns it.
    /// </summary>
    internal static Chunk? TryReceiveInKernel(LinuxChannel from, int most, out SocketError error, out bool hasPipe)
    {
        error = SocketError.Success;
        KernelPipe? pipe = KernelPipe.TryRent();
        hasPipe = pipe is not null;
        if (pipe is null)
        {
            return null;
        }

        int count = 0;
        try
        {
            count = from.SpliceInto(pipe, most, out error);
        }
        finally
        {
            if (count == 0)
            {
                pipe.Return(isEmpty: true);
            }
        }

        if (count == 0)
        {
            return null;
        }

        Interlocked.Increment(ref s_outstanding);
        return new Chunk(array: null, pipe, count);
    }

    /// <summary>Sends what the kernel accepts at once, and drops it from the window.</summary>
    internal int SendTo(SocketChannel channel, out SocketError error)
    {
        int count;
        if (_pipe is { } pipe)
        {
            count = ((LinuxChannel)channel).SpliceFrom(pipe, _length, out error);
            _length -= count;
        }
        else
        {
            count = channel.Send(Span, out error);
            Skip(count);
        }

        return count;
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

    /// <summary>A chunk with a copy of the first <paramref name="count"/> bytes, which this one drops.</summary>
    internal Chunk Split(int count)
    {
        Chunk first = CopyOf(Span[..count]);
        Skip(count);
        return first;
    }

    /// <summary>Returns the memory. A second call is a bug of the caller: Debug builds throw, others ignore it.</summary>
    public void Dispose()
    {
        byte[]? array = Interlocked.Exchange(ref _array, null);
        KernelPipe? pipe = Interlocked.Exchange(ref _pipe, null);
        if (array is null && pipe is null)
        {
            ThrowOnSecondDispose();
            return;
        }

        pipe?.Return(isEmpty: _length == 0);

        _start = 0;
        _length = 0;
        Interlocked.Decrement(ref s_outstanding);
        GC.SuppressFinalize(this);
        if (array is not null)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    [Conditional("DEBUG")]
    private static void ThrowOnSecondDispose() =>
        throw new InvalidOperationException("This chunk was already disposed: it must have one owner only.");
}
