using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// Whether the process may open one more connection, see <see cref="DescriptorReserve"/>: decided by the number of the last descriptor, and
/// if that is high by a duplicate of a socket, as new descriptors get the lowest free number.
/// </summary>
internal sealed class DescriptorProbe(SafeHandle socket)
{
    /// <summary>The number of the last opened descriptor.</summary>
    public int Last { get; set; }

    /// <summary>False: connections wait in the kernel's queue until descriptors are closed.</summary>
    public bool HasNext()
    {
        if (DescriptorReserve.Allows(Last + 1))
        {
            return true;
        }

        KernelPipe.CloseIdle();
        Last = Libc.Control((int)socket.DangerousGetHandle(), Libc.DuplicateClosedOnExec, 0);
        if (Last < 0)
        {
            return false;
        }

        _ = Libc.Close(Last);
        return DescriptorReserve.Allows(Last);
    }
}
