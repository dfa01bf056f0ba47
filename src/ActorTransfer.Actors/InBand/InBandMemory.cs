using ActorTransfer.Actors.Instrumentation;

namespace ActorTransfer.Actors.InBand;

/// <summary>Counter of the memory for blocks of all receiving sessions. Thread-safe.</summary>
/// <param name="capacity">Bytes.</param>
/// <param name="metrics">Counts the bytes too.</param>
internal sealed class InBandMemory(long capacity, InBandMetrics metrics)
{
    private long _used;

    /// <summary>Bytes in use.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether bytes are available now.</summary>
    public bool Has(long bytes) => Used + bytes <= capacity;

    /// <summary>Takes bytes if available.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= capacity)
        {
            metrics.MemoryReserved(bytes);
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Takes bytes even if not available.</summary>
    public void Take(long bytes)
    {
        Interlocked.Add(ref _used, bytes);
        metrics.MemoryReserved(bytes);
    }

    /// <summary>Returns bytes.</summary>
    public void Return(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        metrics.MemoryReserved(-bytes);
    }
}
