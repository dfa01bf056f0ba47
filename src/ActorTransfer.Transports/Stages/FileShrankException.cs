namespace ActorTransfer.Transports.Stages;

/// <summary>A file became shorter while it was read.</summary>
internal sealed class FileShrankException : IOException
{
    /// <summary>The end came too early.</summary>
    public FileShrankException(string path, long expectedEnd, long actualEnd)
        : base($"'{path}' ends at byte {actualEnd} although it had {expectedEnd} bytes when the transfer began.")
    {
        ExpectedEnd = expectedEnd;
        ActualEnd = actualEnd;
    }

    /// <summary>Offset of the byte behind the range that was to be read.</summary>
    public long ExpectedEnd { get; }

    /// <summary>Where the file ends now.</summary>
    public long ActualEnd { get; }
}
