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

    private static readonly ConcurrentStack<KernelPipe> s_idle = new();
    private static int s_idleCount;

    private KernelPipe(int readEnd, int writeEnd) => (ReadEnd, WriteEnd) = (readEnd, writeEnd);

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

        Span<int> ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.NonBlocking | Libc.CloseOnExec) != 0)
        {
            return null;
        }

        _ = Libc.Control(ends[1], Libc.SetPipeSize, Capacity);
        KernelPipe pipe = new(ends[0], ends[1]);
        if (Libc.Control(ends[1], Libc.GetPipeSize, 0) >= LeastCapacity)
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
    }

    private void Close()
    {
        _ = Libc.Close(ReadEnd);
        _ = Libc.Close(WriteEnd);
    }
}
