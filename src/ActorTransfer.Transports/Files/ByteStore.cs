using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;

namespace ActorTransfer.Transports.Files;

/// <summary>
/// Destination of received bytes. One write at a time; then <see cref="CompleteAsync"/>, <see cref="Discard"/> or <see
/// cref="IDisposable.Dispose"/>, of which the first decides. The last two may be called from any thread at any time.
/// </summary>
internal abstract class ByteStore : IDisposable
{
    /// <summary>A <see cref="Checkpoint"/> is requested at the multiples of this; 0 = never.</summary>
    public virtual long CheckpointEvery => 0;

    /// <summary>Appends. Failures are <see cref="IncomingFileException"/>s.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Discards the bytes of an earlier transfer: the next write is the first. Called for resumable stores only.</summary>
    public virtual void Restart() => throw new NotSupportedException("This store cannot restart.");

    /// <summary>The bytes up to a position are written and have this hash.</summary>
    public virtual void Mark(Checkpoint checkpoint)
    {
    }

    /// <summary>All bytes are written and verified. Returns the path, if there is one.</summary>
    public abstract Task<string?> CompleteAsync();

    /// <summary>Deletes the received bytes.</summary>
    public virtual void Discard() => Dispose();

    /// <summary>The transfer failed: keeps what can be resumed, if anything.</summary>
    public abstract void Dispose();
}
