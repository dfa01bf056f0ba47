using System.Collections.Immutable;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;

namespace ActorTransfer.Hosting.Monitoring;

/// <summary>Implementation of <see cref="ITransferMonitor"/>: starts the <see cref="MonitorActor"/> at the first call, and asks it.</summary>
/// <param name="system">The engine's actor system.</param>
/// <param name="engine">The engine.</param>
internal sealed class TransferMonitor(ActorSystem system, EngineInstance engine) : ITransferMonitor
{
    /// <summary>The actor responds at once unless the machine is overloaded.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private IActorRef? _monitor;

    public Task<MonitorSnapshot> SnapshotAsync(CancellationToken ct = default) =>
        AskAsync<MonitorSnapshot>(MonitorActor.GetSnapshot.Instance, ct);

    public async Task<ImmutableArray<TraceEvent>> ConversationAsync(TransferId id, CancellationToken ct = default) =>
        (await AskAsync<MonitorActor.Lines>(new MonitorActor.GetLines(id), ct).ConfigureAwait(false)).Events;

    public async Task<bool> CancelAsync(TransferId id, CancellationToken ct = default) =>
        (await AskAsync<MonitorActor.Done>(new MonitorActor.Cancel(id), ct).ConfigureAwait(false)).IsActive;

    public async Task<bool> PauseAsync(TransferId id, CancellationToken ct = default) =>
        (await AskAsync<MonitorActor.Done>(new MonitorActor.Pause(id, IsPaused: true), ct).ConfigureAwait(false)).IsActive;

    public async Task<bool> ResumeAsync(TransferId id, CancellationToken ct = default) =>
        (await AskAsync<MonitorActor.Done>(new MonitorActor.Pause(id, IsPaused: false), ct).ConfigureAwait(false)).IsActive;

    public Task DrainAsync(CancellationToken ct = default) => AskAsync<MonitorActor.Done>(new MonitorActor.Drain(), ct);

    public Task EndDrainAsync(CancellationToken ct = default) => AskAsync<MonitorActor.Done>(new MonitorActor.EndDrain(), ct);

    private async Task<T> AskAsync<T>(object request, CancellationToken ct)
    {
        var monitor = await StartAsync(ct).ConfigureAwait(false);
        try
        {
            return await monitor.Ask<T>(request, s_timeout, ct).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw engine.Lifetime.Ended.IsCompleted
                ? new EngineException((await engine.Lifetime.Ended.ConfigureAwait(false)).Reason)
                : new EngineException("The monitor does not respond.", forGood: false);
        }
    }

    private async Task<IActorRef> StartAsync(CancellationToken ct)
    {
        var parts = await engine.Lifetime.RunningAsync(ct).ConfigureAwait(false);
        if (engine.Lifetime.Ended.IsCompleted)
        {
            throw new EngineException((await engine.Lifetime.Ended.ConfigureAwait(false)).Reason);
        }

        lock (_lock)
        {
            return _monitor ??= system.ActorOf(MonitorActor.Props(parts, engine.Settings.Monitor, engine.Cluster), $"{engine.Name}-monitor");
        }
    }
}
