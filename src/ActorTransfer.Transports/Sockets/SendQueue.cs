using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// What the kernel still holds of the bytes of a socket. Linux only (tcp(7): SIOCOUTQ, SIOCOUTQNSD); elsewhere
/// the answer is nothing, that is: unknown. Both counts include the FIN, so 1 may mean that only the FIN is left. They survive a
/// reset, which is what they are asked for.
/// </summary>
internal static partial class SendQueue
{
    private const nuint SiocOutq = 0x5411;
    private const nuint SiocOutqNsd = 0x894B;
    private const nuint FionRead = 0x541B;
    private const int Fin = 1;

    /// <summary>Bytes that the peer's kernel has not acknowledged.</summary>
    public static long Unacknowledged(SafeHandle socket) => Ask(socket, SiocOutq);

    /// <summary>Bytes that never left this machine's queue.</summary>
    public static long Unsent(SafeHandle socket) => Ask(socket, SiocOutqNsd);

    /// <summary>Nothing waits to be read; false where nobody can say.</summary>
    public static bool IsDrained(SafeHandle socket)
    {
        try
        {
            return Ioctl(socket, FionRead, out int bytes) == 0 && bytes == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private static long Ask(SafeHandle socket, nuint request)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        try
        {
            return Ioctl(socket, request, out int bytes) == 0 && bytes > Fin ? bytes : 0;
        }
        catch (Exception unknown) when (unknown is ObjectDisposedException or TypeLoadException)
        {
            return 0; // closed meanwhile, or a C library of another name
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Ioctl(SafeHandle socket, nuint request, out int value);
}
