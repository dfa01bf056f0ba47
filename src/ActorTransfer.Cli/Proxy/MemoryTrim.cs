namespace ActorTransfer.Cli.Proxy;

/// <summary>
/// Releases the memory of a burst of set-ups, which the runtime would keep until the next burst, although a proxy may be idle for days. Collects once
/// the proxy is quiet, so that no connection waits for it; active relays allocate almost nothing and do not count.
/// No setting of the collector replaces it: all of them (System.GC.ConserveMemory too) apply at a collection, and an idle proxy has none.
/// </summary>
internal sealed class MemoryTrim
{
    /// <summary>Interval of checks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Minimum allocations since the last collection, in bytes.</summary>
    private const long Worthwhile = 4 * 1024 * 1024;

    /// <summary>Quiet checks after a collection until the next one: the streams of pairs that have become quiet have ended by then.</summary>
    private const int ChecksUntilParked = 12;

    private long _setUps;
    private long _allocated;
    private int _untilParked;

    /// <summary>Collects when there were no set-ups since the last check, but many before; and once more when their streams may have ended.</summary>
    /// <param name="setUps">Activated so far.</param>
    /// <returns>Whether it collected.</returns>
    public bool Look(long setUps)
    {
        var isQuiet = setUps == _setUps;
        _setUps = setUps;
        if (!isQuiet)
        {
            return false;
        }

        var isWorthwhile = GC.GetTotalAllocatedBytes() - _allocated >= Worthwhile;
        if (!isWorthwhile && (_untilParked == 0 || --_untilParked > 0))
        {
            return false;
        }

        _untilParked = isWorthwhile ? ChecksUntilParked : 0;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _allocated = GC.GetTotalAllocatedBytes();
        return true;
    }
}
