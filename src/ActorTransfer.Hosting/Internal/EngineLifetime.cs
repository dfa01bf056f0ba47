using ActorTransfer.Actors;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The start and the end of the engine, as the classes of the public API see them. Written by the <see cref="TransferGateway"/> and its start.</summary>
internal sealed class EngineLifetime
{
    private readonly TaskCompletionSource<Engine.Parts> _parts = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IActorRef> _gateway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<End> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The engine's actors, once it has started; does not complete if it cannot start.</summary>
    public Task<Engine.Parts> Parts => _parts.Task;

    /// <summary>Completes when the engine has stopped or cannot start.</summary>
    public Task<End> Ended => _ended.Task;

    /// <summary>The engine's actors.</summary>
    /// <exception cref="EngineException">The engine has stopped or cannot start.</exception>
    public async Task<Engine.Parts> RunningAsync(CancellationToken ct)
    {
        await Task.WhenAny(Parts, Ended).WaitAsync(ct).ConfigureAwait(false);
        if (Ended.IsCompleted && (!Parts.IsCompleted || !(await Ended.ConfigureAwait(false)).ByApplication))
        {
            throw new EngineException((await Ended.ConfigureAwait(false)).Reason);
        }

        return await Parts.ConfigureAwait(false);
    }

    /// <summary>The gateway, once it has started.</summary>
    public Task<IActorRef> GatewayAsync(CancellationToken ct) => _gateway.Task.WaitAsync(ct);

    public void Opened(IActorRef gateway) => _gateway.TrySetResult(gateway);

    public void Started(Engine.Parts parts) => _parts.TrySetResult(parts);

    /// <summary>The first reason counts.</summary>
    public void Stopped(string reason, bool byApplication = false) => _ended.TrySetResult(new End(reason, byApplication));

    /// <summary>The end of the engine.</summary>
    /// <param name="Reason">Human-readable.</param>
    /// <param name="ByApplication">The application has stopped its actor system: transfers that have no outcome yet count as cancelled.</param>
    public sealed record End(string Reason, bool ByApplication);
}
