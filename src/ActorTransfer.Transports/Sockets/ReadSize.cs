namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// The size of the next read of a socket, and whether bytes are likely. Chunks start small and grow while reads fill them, so a transfer
/// of ten bytes does not rent 256 KiB.
/// </summary>
/// <param name="most">Maximum bytes of a chunk.</param>
/// <param name="inRow">Maximum chunks in a row before a wait gives other streams the thread.</param>
internal sealed class ReadSize(int most, int inRow = ReadSize.DefaultInRow)
{
    /// <summary>From this size a chunk is cheaper to relay within the kernel, and a read of this size may have left more.</summary>
    private const int Bulk = 16 * 1024;

    private const int FirstChunk = 4 * 1024;
    private const int Growth = 8;

    private const int DefaultInRow = 4;

    private int _inRow;
    private bool _isLikely;

    /// <summary>Maximum bytes of the next chunk.</summary>
    public int Bytes { get; private set; } = Math.Min(FirstChunk, most);

    /// <summary>The next chunk should stay in the kernel if it can.</summary>
    public bool IsBulk => Bytes >= Bulk;

    /// <summary>Whether to read at once, without waiting for bytes. Counts the read.</summary>
    public bool MayReadAtOnce() => _isLikely && _inRow++ < inRow;

    /// <summary>The stage waits instead of reading at once.</summary>
    public void RestartRow() => _inRow = 0;

    /// <summary>A wait has found bytes.</summary>
    public void ExpectBytes() => _isLikely = true;

    /// <summary>A read has found none.</summary>
    public void ExpectNone() => _isLikely = false;

    /// <summary>Adapts the size to the bytes that were read.</summary>
    /// <param name="count">Their number.</param>
    /// <param name="chunkSize">Maximum bytes of a chunk in memory.</param>
    public void Adapt(int count, int chunkSize)
    {
        _isLikely = count == Bytes || count >= Bulk;
        if (count == Math.Min(Bytes, chunkSize) || count == Bytes)
        {
            Bytes = Math.Min(Bytes * Growth, most);
        }
        else if (count < Bytes / (2 * Growth))
        {
            Bytes = Math.Max(Bytes / Growth, Math.Min(FirstChunk, most));
        }
    }
}
