using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A tree of actors with its dispatcher, scheduler, event stream and settings.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    public abstract Settings Settings { get; }

    public abstract string Name { get; }

    public abstract EventStream EventStream { get; }

    public abstract IActorRef DeadLetters { get; }

    public abstract Dispatch.Dispatchers Dispatchers { get; }

    public abstract IScheduler Scheduler { get; }

    public abstract ILoggingAdapter Log { get; }

    /// <summary>Completes when all actors have ended and what was registered for the end has run.</summary>
    public abstract Task WhenTerminated { get; }

    public static ActorSystem Create(string name) => Create(name, ActorSystemSetup.Empty);

    public static ActorSystem Create(string name, Config config) => Create(name, BootstrapSetup.Create().WithConfig(config));

    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var config = bootstrap.HasValue ? bootstrap.Value.Config.GetOrElse(ConfigurationFactory.Empty) : ConfigurationFactory.Empty;
        var system = new ActorSystemImpl(name, config, setup);
        system.Start();
        return system;
    }

    public abstract IActorRef ActorOf(Props props, string name = null);

    public ActorSelection ActorSelection(ActorPath actorPath) => new(((ExtendedActorSystem)this).LookupRoot, actorPath.Elements);

    /// <summary>The actor at an absolute path, as in "/user/name".</summary>
    public ActorSelection ActorSelection(string actorPath) =>
        new(((ExtendedActorSystem)this).LookupRoot, actorPath.Split('/', StringSplitOptions.RemoveEmptyEntries));

    public abstract void Stop(IActorRef actor);

    public abstract Task Terminate();

    public abstract void RegisterOnTermination(Action code);

    public abstract object RegisterExtension(IExtensionId extension);

    public abstract T GetExtension<T>()
        where T : class, IExtension;

    public abstract bool HasExtension<T>()
        where T : class, IExtension;

    public abstract bool TryGetExtension(Type extensionType, out object extension);

    public abstract bool TryGetExtension<T>(out T extension)
        where T : class, IExtension;

    /// <summary>Starts the end of the system; <see cref="WhenTerminated"/> tells when it is reached.</summary>
    public void Dispose()
    {
        Terminate().ContinueWith(
            ended => Log.Error(ended.Exception, "Termination failed"),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        GC.SuppressFinalize(this);
    }

    internal abstract Task FinalTerminate();
}

public abstract class ExtendedActorSystem : ActorSystem
{
    public abstract IActorRefProvider Provider { get; }

    public abstract IInternalActorRef LookupRoot { get; }

    public abstract IActorRef SystemActorOf(Props props, string name = null);

    public abstract IActorRef SystemActorOf<TActor>(string name = null)
        where TActor : ActorBase, new();
}

/// <summary>Where refs come from.</summary>
public interface IActorRefProvider
{
    IActorRef DeadLetters { get; }

    Settings Settings { get; }

    internal EventStream EventStream { get; }

    ActorPath TempPath();

    FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs);
}
