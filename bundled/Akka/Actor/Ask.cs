namespace Akka.Actor;

/// <summary>The sender of an asked question: the first answer completes a task.</summary>
public class FutureActorRef<T> : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result;

    public FutureActorRef(TaskCompletionSource<T> result, ActorPath path, IActorRefProvider provider)
    {
        _result = result;
        Path = path;
        Provider = provider;
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    public virtual void DeliverAsk(object message, ICanTell destination) => destination.Tell(message, this);

    protected override void TellInternal(object message, IActorRef sender)
    {
        var taken = message switch
        {
            T answer => _result.TrySetResult(answer),
            null => _result.TrySetResult(default),
            Status.Failure failure => _result.TrySetException(
                failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message.")),
            _ => _result.TrySetException(
                new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };

        // An answer that comes too late or does not fit is a dead letter, unless the asker itself gave up.
        if (message is not null && (!taken || message is not (T or Status.Failure)) && !_result.Task.IsCanceled)
            Provider.DeadLetters.Tell(message, this);
    }
}

/// <summary>Asking: tell with a temporary ref as the sender, get its answer as a task.</summary>
public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var provider = ResolveProvider(self) ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var limit = timeout ?? provider.Settings.AskTimeout;
        CancellationTokenSource clock = null;
        CancellationTokenRegistration onTimeout = default;
        CancellationTokenRegistration onCancel = default;

        if (limit != Timeout.InfiniteTimeSpan && limit > TimeSpan.Zero)
        {
            clock = new CancellationTokenSource(limit);
            onTimeout = clock.Token.Register(
                () => result.TrySetException(new AskTimeoutException($"Timeout after {limit.TotalSeconds:F2} seconds")));
        }

        if (cancellationToken.CanBeCanceled)
            onCancel = cancellationToken.Register(() => result.TrySetCanceled(cancellationToken));

        if (clock is not null || cancellationToken.CanBeCanceled)
            _ = CleanUp(result.Task, clock, onTimeout, onCancel);

        var future = provider.CreateFutureRef(result);
        future.DeliverAsk(messageFactory(future), self);
        return result.Task;
    }

    internal static IActorRefProvider ResolveProvider(ICanTell self) => self switch
    {
        ActorSelection selection => selection.Provider,
        IInternalActorRef actor => actor.Provider,
        _ => ActorCell.Current?.SystemImpl.Provider,
    };

    private static async Task CleanUp(
        Task asked, CancellationTokenSource clock, CancellationTokenRegistration onTimeout, CancellationTokenRegistration onCancel)
    {
        // The outcome is the asker's to see; here it only says that the registrations are not needed any more.
        await asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await onTimeout.DisposeAsync().ConfigureAwait(false);
        await onCancel.DisposeAsync().ConfigureAwait(false);
        clock?.Dispose();
    }
}

public static class GracefulStopSupport
{
    /// <summary>Stops an actor after the messages it has; true when it ended in time.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        if (target is not IInternalActorRef actor)
            throw new InvalidOperationException($"{target} is not an {typeof(IInternalActorRef)} and cannot be death-watched");
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = actor.Provider;
        var watcher = new FunctionRef(provider, provider.TempPath(), (_, message) =>
        {
            if (message is Terminated)
                ended.TrySetResult();
        });
        watcher.Watch(actor);
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await ended.Task.WaitAsync(timeout).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            watcher.Stop();
        }
    }
}
