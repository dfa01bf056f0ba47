namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// The last descriptors of the process are reserved: .NET needs some to compile and to load, and ends with "Out of memory" without them.
/// Sockets and pipes stop before.
/// </summary>
internal static class DescriptorReserve
{
    private const int Most = 32;
    private const int OpenFiles = 7; // RLIMIT_NOFILE

    private static int s_end = ReadEnd();

    /// <summary>False when a descriptor of this number, the lowest free one, is in the reserve. The limit may be raised meanwhile.</summary>
    public static bool Allows(int descriptor)
    {
        if (descriptor < Volatile.Read(ref s_end))
        {
            return true;
        }

        int end = ReadEnd();
        Volatile.Write(ref s_end, end);
        return descriptor < end;
    }

    private static int ReadEnd()
    {
        Span<ulong> limits = stackalloc ulong[2];
        if (Libc.GetLimit(OpenFiles, limits) != 0)
        {
            return int.MaxValue;
        }

        int limit = (int)Math.Min(limits[0], int.MaxValue);
        return limit - Math.Min(Most, limit / 4);
    }
}
