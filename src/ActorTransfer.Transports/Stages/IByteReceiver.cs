namespace ActorTransfer.Transports.Stages;

/// <summary>Consumes the bytes of a stream, one call at a time.</summary>
/// <typeparam name="T">The result.</typeparam>
internal interface IByteReceiver<T>
{
    /// <summary>Every expected byte has been written.</summary>
    bool IsComplete { get; }

    /// <summary>A stream starts. Throws when that is not allowed.</summary>
    void Start();

    /// <summary>Consumes the next bytes. Code before its first await runs on the thread of the stream.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>The stream has completed.</summary>
    Task<T> FinishAsync();
}
