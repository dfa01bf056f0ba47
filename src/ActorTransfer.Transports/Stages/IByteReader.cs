namespace ActorTransfer.Transports.Stages;

/// <summary>Bytes that can be read at a position. One read at a time; the creator of the reader disposes it, and never during a read.</summary>
internal interface IByteReader : IDisposable
{
    /// <summary>Fills the beginning of the buffer. Returns bytes read; 0 at the end.</summary>
    ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct);
}
