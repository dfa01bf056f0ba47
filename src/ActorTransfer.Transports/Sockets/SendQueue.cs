using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// What the kernel still holds of the bytes of a socket. Linux only (tcp(7): SIOCOUTQ); elsewhere the answer is nothing, that is:
/// unknown. The count survives a reset, which is what it is asked for.
/// </summary>
internal static partial class SendQueue
{
    private const nuint SiocOutq = 0x5411;
    private const nuint FionRead = 0x541B;

    /// <summary>Whether the answers mean anything.</summary>
    public static bool IsKnown => OperatingSystem.IsLinux();

    /// <summary>Bytes that the other end's kernel has not acknowledged.</summary>
    /// <param name="socket">Of the connection.</param>
    /// <param name="hasFin">Sending was ended: the FIN counts as a byte, which is taken off.</param>
    public static long Unacknowledged(SafeHandle socket, bool hasFin) => Math.Max(0, Ask(socket, SiocOutq) - (hasFin ? 1 : 0));

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
        if (!IsKnown)
        {
            return 0;
        }

        try
        {
            return Ioctl(socket, request, out int bytes) == 0 ? bytes : 0;
        }
        catch (Exception unknown) when (unknown is ObjectDisposedException or TypeLoadException)
        {
            return 0; // closed meanwhile, or a C library of another name
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Ioctl(SafeHandle socket, nuint request, out int value);
}
