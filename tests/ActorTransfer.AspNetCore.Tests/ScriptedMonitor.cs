using System.Collections.Immutable;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>A monitor whose view is set by the test.</summary>
internal sealed class ScriptedMonitor : ITransferMonitor
{
    private volatile MonitorSnapshot _view = new(DateTimeOffset.UnixEpoch.AddDays(20_000), [], [], [], [], [], [], new MonitorTotals(0, 0, 0, 0), false);
    private int _reads;

    /// <summary>The current view.</summary>
    public MonitorSnapshot View
    {
        get => _view;
        set => _view = value;
    }

    /// <summary>Fails all calls if it is set.</summary>
    public EngineException? Fault { get; set; }

    /// <summary>How often the view was read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Transfers that were cancelled.</summary>
    public List<long> Cancelled { get; } = [];

    public bool IsDrained { get; private set; }

    public ImmutableArray<TraceEvent> Lines { get; set; } = [];

    public Task<MonitorSnapshot> SnapshotAsync(CancellationToken ct = default)
    {
        Interlocked.Increment(ref _reads);
        return Fault is { } fault ? Task.FromException<MonitorSnapshot>(fault) : Task.FromResult(_view);
    }

    public Task<ImmutableArray<TraceEvent>> ConversationAsync(TransferId id, CancellationToken ct = default) => Task.FromResult(Lines);

    public Task<bool> CancelAsync(TransferId id, CancellationToken ct = default)
    {
        Cancelled.Add(id.Value);
        return Task.FromResult(View.Active.Any(transfer => transfer.Id == id));
    }

    public Task<bool> PauseAsync(TransferId id, CancellationToken ct = default) => PauseAsync(id, isPaused: true);

    public Task<bool> ResumeAsync(TransferId id, CancellationToken ct = default) => PauseAsync(id, isPaused: false);

    public Task DrainAsync(CancellationToken ct = default)
    {
        IsDrained = true;
        View = View with { IsDraining = true };
        return Task.CompletedTask;
    }

    public Task EndDrainAsync(CancellationToken ct = default)
    {
        IsDrained = false;
        View = View with { IsDraining = false };
        return Task.CompletedTask;
    }

    private Task<bool> PauseAsync(TransferId id, bool isPaused)
    {
        var isActive = View.Active.Any(transfer => transfer.Id == id);
        View = View with { Active = [.. View.Active.Select(transfer => transfer.Id == id ? transfer with { IsPaused = isPaused } : transfer)] };
        return Task.FromResult(isActive);
    }

    /// <summary>A transfer that is half done.</summary>
    public static MonitoredTransfer Transfer(long id, string file = "photo.jpg", long size = 1_000_000) => new(
        new TransferId(id),
        IsIncoming: id % 2 == 0,
        "files.example.org",
        Jid.Parse($"user{id}@example.org/desktop"),
        new FileDescription(file, size),
        DateTimeOffset.UnixEpoch.AddDays(20_000),
        TransferState.Streaming,
        size / 2,
        12_000_000)
    {
        Method = new TransferMethod(StreamMethod.Proxy, "192.0.2.7:7777"),
        Lines = 9,
    };

    /// <summary>Many transfers.</summary>
    public static ImmutableArray<MonitoredTransfer> Many(int count) =>
        [.. Enumerable.Range(1, count).Select(id => Transfer(id, $"scan-{id:0000}.tif", 40_000_000))];
}
