using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorTransfer.Benchmarks.Load.Native;

/// <summary>Waits for many sockets at once, level-triggered. One thread waits; others may add and remove.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    public const uint Readable = 0x1;
    public const uint Writable = 0x4;
    private const int Most = 512;
    private const int CloseOnExec = 0x80000;

    /// <summary>The kernel packs its event on x64 only.</summary>
    private static readonly int s_size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int s_dataAt = s_size - 8;
    private readonly int _fd = Linux.Check(epoll_create1(CloseOnExec), "epoll_create1");
    private readonly byte* _events = (byte*)NativeMemory.AllocZeroed(Most * 16);

    /// <summary>Waits for <paramref name="events"/> of a socket (and always for its end); events are reported with <paramref name="tag"/>.</summary>
    public void Add(int fd, uint events, long tag) => Control(1, fd, events, tag);

    /// <summary>Waits for other events.</summary>
    public void Change(int fd, uint events, long tag) => Control(3, fd, events, tag);

    /// <summary>Stops waiting. A closed socket need not be removed.</summary>
    public void Remove(int fd) => Control(2, fd, 0, 0);

    /// <summary>Waits for events.</summary>
    /// <param name="milliseconds">At most this long; -1 = without limit.</param>
    /// <returns>The number of <see cref="Tag"/> and <see cref="Events"/>.</returns>
    public int Wait(int milliseconds) => Math.Max(0, epoll_wait(_fd, _events, Most, milliseconds));

    public long Tag(int index) => Unsafe.ReadUnaligned<long>(_events + index * s_size + s_dataAt);

    public uint Events(int index) => Unsafe.ReadUnaligned<uint>(_events + index * s_size);

    public void Dispose()
    {
        Linux.Close(_fd);
        NativeMemory.Free(_events);
    }

    private void Control(int operation, int fd, uint events, long tag)
    {
        byte* change = stackalloc byte[16];
        Unsafe.WriteUnaligned(change, events);
        Unsafe.WriteUnaligned(change + s_dataAt, tag);
        Linux.Check(epoll_ctl(_fd, operation, fd, change), "epoll_ctl");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int fd, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int most, int milliseconds);
}
