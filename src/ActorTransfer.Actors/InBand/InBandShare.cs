using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// Share of one queue of blocks: one block from the start, and more while available. A session has two, for blocks that wait for the consumer and
/// for blocks that wait unacknowledged behind them, so that a sender in lock step is never refused. Thread-safe; disposed when the blocks are released.
/// </summary>
internal sealed class InBandShare : IDisposable
{
    /// <summary>Blocks of this size are admitted even when the memory is used up: every peer starts with it, and none tries smaller.</summary>
    public const int LeastBlockSize = 4096;

    private readonly Lock _lock = new();
    private readonly InBandMemory _memory;
    private readonly long _own;
    private long _used;
    private long _more;
    private bool _disposed;

    private InBandShare(InBandMemory memory, long own)
    {
        _memory = memory;
        _own = own;
    }

    /// <summary>Creates a share for blocks of this size; null when there is no memory for blocks above <see cref="LeastBlockSize"/>.</summary>
    public static InBandShare? TryOpen(InBandMemory memory, int blockSize)
    {
        var own = IbbReceiver.ChargeOf(blockSize);
        if (blockSize <= LeastBlockSize)
        {
            memory.Take(own);
        }
        else if (!memory.TryTake(own))
        {
            return null;
        }

        return new InBandShare(memory, own);
    }

    /// <summary>Whether bytes for a block are available now.</summary>
    public bool Fits(int bytes)
    {
        lock (_lock)
        {
            return _used + bytes <= _own + _more || _memory.Has(_used + bytes - _own - _more);
        }
    }

    /// <summary>Takes bytes for a block.</summary>
    public bool TryTake(int bytes)
    {
        lock (_lock)
        {
            var more = Math.Max(0, _used + bytes - _own) - _more;
            if (_disposed || (more > 0 && !_memory.TryTake(more)))
            {
                return false;
            }

            _more += Math.Max(0, more);
            _used += bytes;
            return true;
        }
    }

    /// <summary>Returns the bytes of a block.</summary>
    public void Return(int bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
            var spare = _more - Math.Max(0, _used - _own);
            if (!_disposed && spare > 0)
            {
                _more -= spare;
                _memory.Return(spare);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _memory.Return(_own + _more);
            }
        }
    }
}
