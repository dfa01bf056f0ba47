using System.Net;
using System.Runtime.InteropServices;

namespace ActorTransfer.Benchmarks.Load.Native;

/// <summary>
/// System calls of the generator, which shares the processors with the measured program and must use little time. 64-bit Linux only.
/// </summary>
internal static unsafe partial class Linux
{
    public const int Again = 11;
    public const int InProgress = 115;
    private const int Inet = 2;
    private const int StreamNonBlocking = 1 | 0x800 | 0x80000;
    private const int NoSignal = 0x4000;
    private const int SendQueue = 0x5411;
    private const int ReceiveQueue = 0x541B;

    /// <summary>Opens a non-blocking TCP socket that is connecting to <paramref name="to"/> from a source address that the caller chooses.</summary>
    public static int Connect(IPEndPoint to, IPAddress from)
    {
        int fd = Check(socket(Inet, StreamNonBlocking, 0), "socket");
        Set(fd, 6, 1, 1); // TCP_NODELAY
        if (!from.Equals(IPAddress.Loopback))
        {
            Set(fd, 0, 24, 1); // IP_BIND_ADDRESS_NO_PORT: the port is chosen at connect, when it need not be free for all destinations
            ulong* local = stackalloc ulong[2];
            Write(local, from, 0);
            Check(bind(fd, local, 16), "bind");
        }

        ulong* address = stackalloc ulong[2];
        Write(address, to.Address, to.Port);
        if (connect(fd, address, 16) < 0 && Marshal.GetLastPInvokeError() is var error and not InProgress)
        {
            Close(fd);
            throw new IOException($"connect to {to}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        return fd;
    }

    /// <summary>Bytes received, 0 at the end, or the negative error.</summary>
    public static nint Receive(int fd, void* buffer, nint length)
    {
        nint count = recv(fd, buffer, length, 0);
        return count >= 0 ? count : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Bytes accepted by the kernel, or the negative error.</summary>
    public static nint Send(int fd, void* buffer, nint length)
    {
        nint count = send(fd, buffer, length, NoSignal);
        return count >= 0 ? count : -Marshal.GetLastPInvokeError();
    }

    /// <inheritdoc cref="Receive(int, void*, nint)"/>
    public static nint Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Receive(fd, bytes, buffer.Length);
        }
    }

    /// <inheritdoc cref="Send(int, void*, nint)"/>
    public static nint Send(int fd, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Send(fd, bytes, buffer.Length);
        }
    }

    /// <summary>Bytes that the peer's kernel has not acknowledged.</summary>
    public static int Unacknowledged(int fd) => Queue(fd, SendQueue);

    /// <summary>Bytes available for a <see cref="Receive(int, Span{byte})"/>.</summary>
    public static int Unread(int fd) => Queue(fd, ReceiveQueue);

    public static void ShutdownSend(int fd) => _ = shutdown(fd, 1);

    public static void Close(int fd) => _ = close(fd);

    /// <summary>User id whose limits apply to this process and its children; 0 = almost no limits.</summary>
    public static uint EffectiveUser => geteuid();

    /// <summary>System defaults of TCP, which determine the cost of transferring bytes, on loopback too.</summary>
    public static string CongestionControl => File.ReadAllText("/proc/sys/net/ipv4/tcp_congestion_control").Trim();

    /// <summary>Requests a process to end.</summary>
    public static void Terminate(int process) => _ = kill(process, 15);

    public static string Describe(nint negativeError) => Marshal.GetPInvokeErrorMessage((int)-negativeError);

    internal static int Check(int result, string call) =>
        result >= 0 ? result : throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    private static void Set(int fd, int level, int name, int value) => Check(setsockopt(fd, level, name, &value, sizeof(int)), "setsockopt");

    private static int Queue(int fd, nuint which)
    {
        int bytes = 0;
        Check(ioctl(fd, which, &bytes), "ioctl");
        return bytes;
    }

    private static void Write(ulong* address, IPAddress ip, int port)
    {
        byte* bytes = (byte*)address;
        *address = Inet;
        address[1] = 0;
        bytes[2] = (byte)(port >> 8);
        bytes[3] = (byte)port;
        ip.TryWriteBytes(new Span<byte>(bytes + 4, 4), out _);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int name, int* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, void* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, void* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int fd, void* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, void* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, int* value);

    [LibraryImport("libc")]
    private static partial int shutdown(int fd, int how);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
