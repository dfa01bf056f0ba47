using ActorTransfer.Actors.Transfers;
using Akka;
using Akka.Actor;
using Microsoft.Extensions.Hosting;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Drains the engines before the host stops any service, so that the application still works for the transfers that go on. An actor system that stops by
/// itself drains them by a task of its coordinated shutdown, see <see cref="ShutdownPhase"/>.
/// </summary>
/// <param name="system">The actor system of the engines.</param>
internal sealed class EngineShutdown(ActorSystem system) : IHostedLifecycleService
{
    /// <summary>Time for cancelled transfers to notify their peers and release resources.</summary>
    public static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="cancellationToken">The host's time to stop (<c>HostOptions.ShutdownTimeout</c>) is over.</param>
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(EngineTable.Of(system).Select(engine => DrainAsync(engine, engine.Settings.Transfers.DrainTimeout, cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Completes when no transfer and no pair of a proxy is active. An engine that is not running has nothing to drain. Transfers of earlier calls are drained
    /// too: their messages come before this one.
    /// </summary>
    /// <param name="instance">The engine.</param>
    /// <param name="within">Then transfers are cancelled.</param>
    /// <param name="over">They are cancelled at once.</param>
    public static async Task<Done> DrainAsync(EngineInstance instance, TimeSpan within, CancellationToken over)
    {
        var engine = instance.Lifetime;
        if (engine.Parts.IsCompleted && !engine.Ended.IsCompleted)
        {
            engine.BeginDraining();
            var parts = await engine.Parts.ConfigureAwait(false);
            await using var hurry = over.Register(() => parts.Transfers.Tell(new Transfer.Drain(TimeSpan.Zero) { IsFinal = true })).ConfigureAwait(false);
            var proxies = parts.Proxies.Values.Select(proxy => AskAsync<BytestreamsProxy.Drained>(proxy, new BytestreamsProxy.Drain(), within, over));
            using var goodbye = new CancellationTokenSource();
            await using var last = over.Register(() => goodbye.CancelAfter(Goodbye)).ConfigureAwait(false);
            Task[] drains =
            [
                AskAsync<Transfer.Drained>(parts.Transfers, new Transfer.Drain(within) { IsFinal = true }, within + Goodbye, goodbye.Token),
                .. proxies,
                .. instance.Remote is { } remote ? [WaitAsync(remote.DrainedAsync(), within, over)] : Array.Empty<Task>(),
            ];
            await Task.WhenAll(drains).ConfigureAwait(false);
        }

        return Done.Instance;
    }

    private static Task AskAsync<T>(IActorRef actor, object request, TimeSpan within, CancellationToken over) =>
        WaitAsync(actor.Ask<T>(request, within, over), within + Goodbye, over);

    /// <summary>Transfers that do not end in time end with their actor.</summary>
    private static async Task WaitAsync(Task drained, TimeSpan within, CancellationToken over)
    {
        try
        {
            await drained.WaitAsync(within, over).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AskTimeoutException or TimeoutException or OperationCanceledException)
        {
            // The pairs of a proxy cannot be cancelled: their sockets are closed with it.
        }
    }
}
