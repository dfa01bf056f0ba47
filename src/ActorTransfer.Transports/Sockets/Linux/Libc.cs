using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// The system calls that .NET's sockets do not offer: readiness without a buffer (epoll(7)) and bytes that stay in the kernel (splice(2)).
/// </summary>
internal static partial class Libc
{
    public const int NonBlocking = 0x800; // O_NONBLOCK, SOCK_NONBLOCK
    public const int CloseOnExec = 0x80000; // O_CLOEXEC, SOCK_CLOEXEC

    public const int EpollAdd = 1;
    public const int EpollModify = 3;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollPeerEnd = 0x2000; // EPOLLRDHUP
    public const uint EpollOneShot = 1u << 30;

    public const int MessagePeek = 0x2; // MSG_PEEK
    public const int MessageNoSignal = 0x4000; // MSG_NOSIGNAL
    public const uint SpliceMove = 1;
    public const uint SpliceNonBlocking = 2;
    public const int SetPipeSize = 1031; // F_SETPIPE_SZ
    public const int GetPipeSize = 1032; // F_GETPIPE_SZ
    public const int DuplicateClosedOnExec = 1030; // F_DUPFD_CLOEXEC
    public const int ShutdownWrite = 1;
    public const int ShutdownBoth = 2;

    public const int SocketLevel = 1; // SOL_SOCKET
    public const int Linger = 13; // SO_LINGER

    public const int TooManyOpenFiles = 24; // EMFILE

    private const int Interrupted = 4; // EINTR

    /// <summary>Whether the numbers above are valid and the calls exist.</summary>
    public static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Bytes of a <c>struct epoll_event</c>, which is packed on x64 only; its data are the last eight.</summary>
    public static int EpollEventSize { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>The error of the last call on this thread.</summary>
    public static SocketError LastError => ErrorOf(Marshal.GetLastPInvokeError());

    /// <summary>The call was interrupted by a signal and must be repeated.</summary>
    public static bool WasInterrupted => Marshal.GetLastPInvokeError() == Interrupted;

    /// <summary>The socket error of an <c>errno</c>.</summary>
    public static SocketError ErrorOf(int error) => error switch
    {
        0 => SocketError.Success,
        9 => SocketError.OperationAborted, // EBADF: closed meanwhile
        11 => SocketError.WouldBlock,
        12 or 105 => SocketError.NoBufferSpaceAvailable,
        13 or 1 => SocketError.AccessDenied,
        23 or TooManyOpenFiles => SocketError.TooManyOpenSockets,
        32 => SocketError.Shutdown, // EPIPE
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        115 => SocketError.InProgress,
        _ => SocketError.SocketError,
    };

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, SafeHandle socket, Span<byte> interest);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, Span<byte> events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(SafeHandle socket, ReadOnlySpan<byte> address, int addressLength);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(SafeHandle listener, Span<byte> address, ref int addressLength, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeHandle socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    public static partial nint SpliceIn(SafeHandle socket, nint noOffset, int pipe, nint noOffsetEither, nint length, uint flags);

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    public static partial nint SpliceOut(int pipe, nint noOffset, SafeHandle socket, nint noOffsetEither, nint length, uint flags);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(Span<int> ends, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, nint value);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(SafeHandle socket, int how);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(SafeHandle socket, int level, int option, ReadOnlySpan<byte> value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(SafeHandle socket, int level, int option, Span<byte> value, ref int length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int LocalName(SafeHandle socket, Span<byte> address, ref int length);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, Span<ulong> currentAndMost);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
