using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Unsent bytes of a socket in the kernel. Linux only (tcp(7): SIOCOUTQ); elsewhere unknown. The count survives a reset, which is its
/// purpose.
/// </summary>
internal static partial class SendQueue
{
    private const nuint SiocOutq = 0x5411;
    private const nuint FionRead = 0x541B;

    /// <summary>Whether the values are meaningful.</summary>
    public static bool IsKnown => OperatingSystem.IsLinux();

    /// <summary>Bytes that the remote kernel has not acknowledged.</summary>
    /// <param name="socket">Of the connection.</param>
    /// <param name="hasFin">The sending side was shut down: the FIN counts as a byte, which is subtracted.</param>
    public static long Unacknowledged(SafeHandle socket, bool hasFin) => Math.Max(0, Query(socket, SiocOutq) - (hasFin ? 1 : 0));

    /// <summary>No bytes wait to be read; false if unknown.</summary>
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

    private static long Query(SafeHandle socket, nuint request)
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
