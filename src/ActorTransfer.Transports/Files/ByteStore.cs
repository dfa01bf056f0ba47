using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;

namespace ActorTransfer.Transports.Files;

/// <summary>
/// Where received bytes go. One write at a time; then <see cref="CompleteAsync"/>, <see cref="Discard"/> or <see cref="IDisposable.Dispose"/>,
/// of which the first decides. The last two may come from any thread, at any time.
/// </summary>
internal abstract class ByteStore : IDisposable
{
    /// <summary>A <see cref="Checkpoint"/> is wanted at the multiples of this; 0 = never.</summary>
    public virtual long CheckpointEvery => 0;

    /// <summary>Appends. Failures are <see cref="IncomingFileException"/>s.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Forgets what was there before this transfer: the next write is the first. Only stores that can continue are asked.</summary>
    public virtual void Restart() => throw new NotSupportedException("There is nothing that could be forgotten.");

    /// <summary>The bytes up to a position are written and have this hash.</summary>
    public virtual void Mark(Checkpoint checkpoint)
    {
    }

    /// <summary>Everything is there and right. Value: where, if there is a path to it.</summary>
    public abstract Task<string?> CompleteAsync();

    /// <summary>What came is worthless.</summary>
    public virtual void Discard() => Dispose();

    /// <summary>The transfer broke: keeps what can be continued, if anything.</summary>
    public abstract void Dispose();
}
