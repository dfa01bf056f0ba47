namespace ActorTransfer.AspNetCore.Page;

/// <summary>One version of the view as server-sent events, made once for all clients.</summary>
internal sealed class PageFrame
{
    private readonly MonitorSnapshot _snapshot;
    private readonly Lazy<ReadOnlyMemory<byte>> _whole;

    private PageFrame(long version, MonitorSnapshot snapshot, ReadOnlyMemory<byte> change)
    {
        Version = version;
        Change = change;
        _snapshot = snapshot;
        _whole = new Lazy<ReadOnlyMemory<byte>>(() => PageEvents.Whole(version, snapshot));
    }

    /// <summary>Increases by one with each frame.</summary>
    public long Version { get; }

    /// <summary>What has changed since the version before; empty in the first one.</summary>
    public ReadOnlyMemory<byte> Change { get; }

    /// <summary>Everything; made if a client needs it.</summary>
    public ReadOnlyMemory<byte> Whole => _whole.Value;

    /// <param name="before">The frame before; null = none.</param>
    /// <param name="snapshot">The view.</param>
    public static PageFrame After(PageFrame? before, MonitorSnapshot snapshot) => before is null
        ? new(1, snapshot, default)
        : new(before.Version + 1, snapshot, PageEvents.Change(before.Version + 1, before._snapshot, snapshot));
}
