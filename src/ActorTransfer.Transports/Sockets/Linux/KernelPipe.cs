using System.Collections.Concurrent;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// A kernel pipe as a chunk's memory: bytes go from socket to pipe to socket without being copied (splice(2)). Rented like an array; a pipe
/// that still contains bytes on return is closed. Empty ones are cached, two descriptors each, until descriptors run short.
/// </summary>
internal sealed class KernelPipe
{
    /// <summary>
    /// Requested capacity in bytes. A chunk in the kernel is not memory that must be touched: larger ones save system calls (measured: 256
    /// KiB costs a tenth more).
    /// </summary>
    public const int Capacity = 512 * 1024;

    /// <summary>A smaller pipe is not worth its system calls; the kernel gives smaller ones to a user who has many.</summary>
    private const int MinCapacity = 64 * 1024;

    private const int MaxIdle = 512;

    /// <summary>
    /// Milliseconds after a failure before the next attempt: each costs five system calls, and a busy relay would make thousands a second.
    /// </summary>
    private const int RetryAfter = 1000;

    private static readonly ConcurrentStack<KernelPipe> s_idle = new();
    private static int s_idleCount;
    private static long s_retryAt = long.MinValue;

    private KernelPipe(int readEnd, int writeEnd) => (ReadEnd, WriteEnd) = (readEnd, writeEnd);

    /// <summary>Creates a pipe, or null. Tests replace it to lower the allowance.</summary>
    internal static Func<KernelPipe?> Open { get; set; } = TryOpen;

    public int ReadEnd { get; }

    public int WriteEnd { get; }

    /// <summary>An empty pipe, or null when the system has none left: memory is used instead.</summary>
    public static KernelPipe? TryRent()
    {
        if (s_idle.TryPop(out KernelPipe? idle))
        {
            Interlocked.Decrement(ref s_idleCount);
            return idle;
        }

        if (Environment.TickCount64 < Volatile.Read(ref s_retryAt))
        {
            return null;
        }

        KernelPipe? pipe = Open();
        if (pipe is null)
        {
            Volatile.Write(ref s_retryAt, Environment.TickCount64 + RetryAfter);
        }

        return pipe;
    }

    /// <summary>
    /// A new pipe, or null when descriptors or the user's allowance of pages (pipe-user-pages-soft) are used up. Near the allowance a pipe
    /// cannot grow and keeps its default size, which is enough; beyond it the kernel creates pipes of one or two pages, which are not.
    /// </summary>
    internal static KernelPipe? TryOpen()
    {
        Span<int> ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.NonBlocking | Libc.CloseOnExec) != 0)
        {
            return null;
        }

        KernelPipe pipe = new(ends[0], ends[1]);
        _ = Libc.Control(ends[1], Libc.SetPipeSize, Capacity);
        if (DescriptorReserve.Allows(Math.Max(ends[0], ends[1])) && Libc.Control(ends[1], Libc.GetPipeSize, 0) >= MinCapacity)
        {
            return pipe;
        }

        pipe.Close();
        return null;
    }

    /// <summary>Closes unused pipes. True when there were some.</summary>
    public static bool CloseIdle()
    {
        bool any = false;
        while (s_idle.TryPop(out KernelPipe? idle))
        {
            Interlocked.Decrement(ref s_idleCount);
            idle.Close();
            any = true;
        }

        return any;
    }

    /// <summary>Returns the pipe.</summary>
    /// <param name="isEmpty">It contains no bytes.</param>
    public void Return(bool isEmpty)
    {
        if (isEmpty && Interlocked.Increment(ref s_idleCount) <= MaxIdle)
        {
            s_idle.Push(this);
            return;
        }

        if (isEmpty)
        {
            Interlocked.Decrement(ref s_idleCount);
        }

        Close();
        Volatile.Write(ref s_retryAt, long.MinValue); // there is room for one now
    }

    private void Close()
    {
        _ = Libc.Close(ReadEnd);
        _ = Libc.Close(WriteEnd);
    }
}
