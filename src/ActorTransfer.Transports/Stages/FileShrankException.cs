namespace ActorTransfer.Transports.Stages;

/// <summary>A file became shorter while it was read.</summary>
internal sealed class FileShrankException : IOException
{
    /// <summary>Creates the exception.</summary>
    public FileShrankException(string path, long expectedEnd, long actualEnd)
        : base($"'{path}' ends at byte {actualEnd} although it had {expectedEnd} bytes when the transfer began.")
    {
        ExpectedEnd = expectedEnd;
        ActualEnd = actualEnd;
    }

    /// <summary>Offset of the byte after the requested range.</summary>
    public long ExpectedEnd { get; }

    /// <summary>The current length of the file.</summary>
    public long ActualEnd { get; }
}
