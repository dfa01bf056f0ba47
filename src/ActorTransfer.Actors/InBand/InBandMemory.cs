using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Actors.InBand;

/// <summary>The memory that the blocks of all receiving sessions share: a counter. Thread-safe.</summary>
/// <param name="capacity">Bytes.</param>
internal sealed class InBandMemory(long capacity)
{
    private long _used;

    /// <summary>Bytes in use.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether bytes are there now.</summary>
    public bool Has(long bytes) => Used + bytes <= capacity;

    /// <summary>Takes bytes, if they are there.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= capacity)
        {
            Telemetry.InBandMemoryReserved(bytes);
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Takes bytes, whether they are there or not.</summary>
    public void Take(long bytes)
    {
        Interlocked.Add(ref _used, bytes);
        Telemetry.InBandMemoryReserved(bytes);
    }

    /// <summary>Gives back what was taken.</summary>
    public void Return(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        Telemetry.InBandMemoryReserved(-bytes);
    }
}

/// <summary>
/// What one queue of blocks has of it: a block from the start, and more while there is more. A session has two, blocks that wait for the consumer and
/// blocks that wait without acknowledgement behind them, so that a sender in lock step is never refused. Thread-safe; disposed when the blocks are released.
/// </summary>
internal sealed class InBandShare : IDisposable
{
    /// <summary>Blocks of this size have their place even when all is used up: every peer begins with it, and none tries smaller.</summary>
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

    /// <summary>Makes a share for blocks of this size; null when there is no memory for blocks above <see cref="LeastBlockSize"/>.</summary>
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

    /// <summary>Whether bytes for a block are there now.</summary>
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

    /// <summary>Gives bytes of a block back.</summary>
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
