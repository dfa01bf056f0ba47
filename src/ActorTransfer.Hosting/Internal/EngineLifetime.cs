using ActorTransfer.Actors;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// The start and the end of the engine, as the classes of the public API see them. Written by the <see cref="TransferGateway"/> and its start.
/// </summary>
#pragma warning disable CA1001 // a source without a timer has nothing to dispose
internal sealed class EngineLifetime
#pragma warning restore CA1001
{
    private readonly TaskCompletionSource<Engine.Parts> _parts = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IActorRef> _gateway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<End> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over = new();

    private Engine.Parts? _current;
    private End? _end;

    /// <summary>The engine's actors as it has started; does not complete if it cannot start.</summary>
    public Task<Engine.Parts> Parts => _parts.Task;

    /// <summary>The engine's actors, with accounts that were added since it has started and without those that were removed; null before.</summary>
    public Engine.Parts? Current => Volatile.Read(ref _current);

    /// <summary>Called when the engine is about to drain because its application stops.</summary>
    public Action? Draining { get; set; }

    /// <summary>The engine drains because its application stops.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Completes when the engine has stopped or cannot start.</summary>
    public Task<End> Ended => _ended.Task;

    /// <summary>
    /// Calls back when the engine has stopped or cannot start; at once if it has. For thousands of callers: one that leaves the continuations of
    /// <see cref="Ended"/> searches them.
    /// </summary>
    public CancellationTokenRegistration OnEnd(Action<End> action) =>
        _over.Token.UnsafeRegister(action => ((Action<End>)action!)(Volatile.Read(ref _end)!), action);

    /// <summary>The engine's actors.</summary>
    /// <exception cref="EngineException">The engine has stopped or cannot start.</exception>
    public async Task<Engine.Parts> RunningAsync(CancellationToken ct)
    {
        await Task.WhenAny(Parts, Ended).WaitAsync(ct).ConfigureAwait(false);
        if (Ended.IsCompleted && (!Parts.IsCompleted || !(await Ended.ConfigureAwait(false)).ByApplication))
        {
            throw new EngineException((await Ended.ConfigureAwait(false)).Reason);
        }

        return Current!;
    }

    /// <summary>Sends a request to an actor of the engine, and returns the reply.</summary>
    /// <exception cref="EngineException">The engine has stopped or cannot start.</exception>
    public async Task<T> AskAsync<T>(Func<Engine.Parts, IActorRef> actor, object request, CancellationToken ct)
    {
        var target = actor(await RunningAsync(ct).ConfigureAwait(false));
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reply = target.Ask<T>(request, Timeout.InfiniteTimeSpan, waiting.Token);
        if (await Task.WhenAny(reply, Ended).ConfigureAwait(false) != reply)
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            throw new EngineException((await Ended.ConfigureAwait(false)).Reason);
        }

        return await reply.ConfigureAwait(false);
    }

    /// <summary>The gateway, once it has started.</summary>
    public Task<IActorRef> GatewayAsync(CancellationToken ct) => _gateway.Task.WaitAsync(ct);

    public void Opened(IActorRef gateway) => _gateway.TrySetResult(gateway);

    public void Started(Engine.Parts parts)
    {
        Changed(parts);
        _parts.TrySetResult(parts);
    }

    /// <summary>Accounts were added or removed.</summary>
    public void Changed(Engine.Parts parts) => Volatile.Write(ref _current, parts);

    /// <summary>Calls <see cref="Draining"/>.</summary>
    public void BeginDraining()
    {
        IsDraining = true;
        Draining?.Invoke();
    }

    /// <summary>The first reason counts.</summary>
    public void Stopped(string reason, bool byApplication = false)
    {
        var end = new End(reason, byApplication);
        if (_ended.TrySetResult(end))
        {
            Volatile.Write(ref _end, end);
            _over.Cancel();
        }
    }

    /// <summary>The end of the engine.</summary>
    /// <param name="Reason">Human-readable.</param>
    /// <param name="ByApplication">The application has stopped its actor system: transfers that have no outcome yet count as cancelled.</param>
    public sealed record End(string Reason, bool ByApplication);
}
