namespace ActorTransfer.Transports.Stages;

/// <summary>Bytes [offset, end) of something that can be read.</summary>
internal sealed class ByteRange
{
    /// <param name="name">Name for error messages.</param>
    /// <param name="open">Opens a reader.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes to read.</param>
    /// <param name="chunkSize">Bytes of a full chunk.</param>
    public ByteRange(string name, Func<IByteReader> open, long offset, long length, int chunkSize)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        (Name, Open, Offset, End, ChunkSize) = (name, open, offset, checked(offset + length), chunkSize);
    }

    public string Name { get; }

    public Func<IByteReader> Open { get; }

    public long Offset { get; }

    public long End { get; }

    public int ChunkSize { get; }
}
