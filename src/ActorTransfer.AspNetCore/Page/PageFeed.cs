namespace ActorTransfer.AspNetCore.Page;

/// <summary>
/// One view of the engine for all clients, renewed every second while there is a client. A client that is too slow for the changes gets the next whole view
/// instead: nothing is queued for it. Thread-safe.
/// </summary>
/// <param name="monitor">The engine's monitor.</param>
/// <param name="time">For the interval.</param>
internal sealed class PageFeed(ITransferMonitor monitor, TimeProvider time)
{
    /// <summary>Above it, further clients are refused.</summary>
    public const int MaxClients = 64;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private TaskCompletionSource<PageFrame> _next = NewSource();
    private long _run;
    private PageFrame? _current;
    private int _clients;

    /// <summary>Number of clients.</summary>
    public int Clients
    {
        get
        {
            lock (_lock)
            {
                return _clients;
            }
        }
    }

    /// <summary>Failures and throughput before the first client are monitored too.</summary>
    public async Task StartMonitoringAsync(CancellationToken ct)
    {
        try
        {
            await monitor.SnapshotAsync(ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            // The page reports it too.
        }
    }

    /// <summary>A client begins; it must <see cref="Leave"/>. False: there are too many.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_clients == MaxClients)
            {
                return false;
            }

            if (++_clients == 1)
            {
                _ = RunAsync(++_run);
            }

            return true;
        }
    }

    /// <summary>A client has ended. Without clients nothing is read or kept.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_clients == 0)
            {
                _run++;
                _current = null;
                _next = NewSource();
            }
        }
    }

    /// <summary>The view after a version: at once if there is one, else when there is.</summary>
    /// <param name="version">Of the last frame; 0 = none.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="EngineException">The engine cannot start, or has stopped.</exception>
    public Task<PageFrame> AfterAsync(long version, CancellationToken ct)
    {
        lock (_lock)
        {
            return _current is { } frame && frame.Version > version ? Task.FromResult(frame) : _next.Task.WaitAsync(ct);
        }
    }

    private static TaskCompletionSource<PageFrame> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends after the last client has left, at the next tick.</summary>
    private async Task RunAsync(long run)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            do
            {
                var snapshot = await monitor.SnapshotAsync().ConfigureAwait(false);
                if (!TryPublish(snapshot, run))
                {
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync().ConfigureAwait(false));
        }
#pragma warning disable CA1031 // passed to the clients
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception, run);
        }
    }

    private bool TryPublish(MonitorSnapshot snapshot, long run)
    {
        lock (_lock)
        {
            if (run != _run)
            {
                return false;
            }

            _current = PageFrame.After(_current, snapshot);
            _next.TrySetResult(_current);
            _next = NewSource();
            return true;
        }
    }

    /// <summary>All clients end, also those that have not read yet; the next one starts anew when they have left.</summary>
    private void Fail(Exception exception, long run)
    {
        lock (_lock)
        {
            if (run == _run)
            {
                _next.TrySetException(exception);
                _ = _next.Task.Exception; // observed: there may be no client left
            }
        }
    }
}
