using System.Collections.Concurrent;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// A pipe of the kernel as a chunk's memory: bytes go from socket to pipe to socket without being copied (splice(2)). Rented like an array; a pipe that still
/// holds bytes is closed when it is given back. Empty ones are kept for the next, two descriptors each, until descriptors run short.
/// </summary>
internal sealed class KernelPipe
{
    /// <summary>
    /// Bytes that each is asked to hold. In the kernel a chunk is no memory that must be touched: larger ones save system calls (measured: 256 KiB
    /// costs a tenth more).
    /// </summary>
    public const int Capacity = 512 * 1024;

    /// <summary>Below this a pipe takes too little at a time to be worth its system calls; the kernel gives no more to a user who has many.</summary>
    private const int LeastCapacity = 64 * 1024;

    private const int MaxIdle = 512;

    /// <summary>Milliseconds after a failure before another pipe is asked for: each attempt costs five system calls, and a busy relay makes thousands a second.</summary>
    private const int RetryAfter = 1000;

    private static readonly ConcurrentStack<KernelPipe> s_idle = new();
    private static int s_idleCount;
    private static long s_retryAt = long.MinValue;

    private KernelPipe(int readEnd, int writeEnd) => (ReadEnd, WriteEnd) = (readEnd, writeEnd);

    /// <summary>Makes one, or nothing. Tests put a smaller allowance in its place.</summary>
    internal static Func<KernelPipe?> Open { get; set; } = TryOpen;

    public int ReadEnd { get; }

    public int WriteEnd { get; }

    /// <summary>An empty pipe, or nothing when the system has none left: memory does it then.</summary>
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
    /// A new pipe, or nothing when descriptors or the user's allowance of pages (pipe-user-pages-soft) are used up. With the rest of an allowance a pipe cannot
    /// grow and stays as the kernel makes it, which is enough; beyond it the kernel makes pipes of a page or two, which are not.
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
        if (DescriptorReserve.Allows(Math.Max(ends[0], ends[1])) && Libc.Control(ends[1], Libc.GetPipeSize, 0) >= LeastCapacity)
        {
            return pipe;
        }

        pipe.Close();
        return null;
    }

    /// <summary>Closes those that nobody uses. True when there were some.</summary>
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

    /// <summary>Gives the pipe back.</summary>
    /// <param name="isEmpty">Nothing is left in it.</param>
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
