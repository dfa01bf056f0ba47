namespace ActorTransfer.Cli.Proxy;

/// <summary>
/// Gives back what a burst of set-ups has left behind: the runtime would keep it until the next burst, and a proxy may be idle for days. Collects once
/// the proxy is quiet, so that nobody waits for it; running relays spend next to nothing and do not count.
/// No setting of the collector replaces it: all of them (System.GC.ConserveMemory too) count at a collection, and an idle proxy has none.
/// </summary>
internal sealed class MemoryTrim
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Allocations since the last time that make it worth the while, in bytes.</summary>
    private const long Worthwhile = 4 * 1024 * 1024;

    private long _setUps;
    private long _allocated;

    /// <summary>Collects when there was no set-up since the last look, but many before.</summary>
    /// <param name="setUps">Activated so far.</param>
    /// <returns>Whether it collected.</returns>
    public bool Look(long setUps)
    {
        var isQuiet = setUps == _setUps;
        _setUps = setUps;
        if (!isQuiet || GC.GetTotalAllocatedBytes() - _allocated < Worthwhile)
        {
            return false;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _allocated = GC.GetTotalAllocatedBytes();
        return true;
    }
}
