using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using Akka.Pattern;
using Akka.Streams.Implementation;

namespace Akka.Streams;

public interface IMaterializer
{
    TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable);
}

/// <summary>Runs streams on actors. One made from an actor's context ends, with all its streams, when that actor ends.</summary>
public sealed class ActorMaterializer : IMaterializer, IDisposable
{
    private static readonly ConditionalWeakTable<ActorSystem, ActorMaterializer> s_defaults = new();

    private readonly object _gate = new();
    private readonly IActorRef _supervisor;
    private readonly ActorMaterializerSettings _settings;
    private Queue<Island> _waiting = new();
    private bool _called;
    private ILoggingAdapter _log;

    private ActorMaterializer(ActorSystem system, IActorRefFactory parent, ActorMaterializerSettings settings = null)
    {
        System = system;
        _settings = settings ?? ActorMaterializerSettings.Create(system);
        _supervisor = parent.ActorOf(Producer.PropsOf(() => new StreamSupervisor(this)), StreamSupervisor.NextName());
    }

    public bool IsShutdown => Volatile.Read(ref _waiting) is null;

    internal ActorSystem System { get; }

    /// <summary>A system without settings yields the system's one shared materializer.</summary>
    public static ActorMaterializer Create(IActorRefFactory context, ActorMaterializerSettings settings = null) => context switch
    {
        ActorSystem system when settings is null => s_defaults.GetValue(system, static s => new ActorMaterializer(s, s)),
        ActorSystem system => new ActorMaterializer(system, system, settings),
        IActorContext actor => new ActorMaterializer(actor.System, actor, settings),
        _ => throw new ArgumentException("A materializer needs an actor system or an actor's context", nameof(context)),
    };

    public TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable)
    {
        if (IsShutdown)
            throw new IllegalStateException("The materializer has been shut down and runs no more streams");

        var island = new Island(this);
        var value = runnable.Build(new StreamBuilder(island));
        island.Seal();
        Start(island);
        return value;
    }

    /// <summary>Ends all its streams abruptly; it runs no more from then on.</summary>
    public void Shutdown()
    {
        if (!IsShutdown)
        {
            _supervisor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
            Stopped();
        }
    }

    public void Dispose() => Shutdown();

    internal void LogError(Exception e, string where, object stage)
    {
        _log ??= Logging.GetLogger(System, $"{_supervisor}({_supervisor.Path})");
        _log.Error(e, "{0} of stage {1} failed: {2}", where, stage, e.Message);
    }

    /// <summary>Gives each waiting island its actor. Called by the supervisor.</summary>
    internal void StartWaiting(IActorContext context)
    {
        while (true)
        {
            Island island;
            lock (_gate)
            {
                if (_waiting is null || !_waiting.TryDequeue(out island))
                {
                    _called = false;
                    return;
                }
            }

            context.ActorOf(Producer.PropsOf(() => new IslandActor(island)).WithDispatcher(_settings.Dispatcher));
        }
    }

    /// <summary>No stream starts from now on; those that wait for their actor end here.</summary>
    internal void Stopped()
    {
        Queue<Island> left;
        lock (_gate)
        {
            left = _waiting;
            Volatile.Write(ref _waiting, null);
        }

        while (left is not null && left.TryDequeue(out var island))
            island.EndUnstarted();
    }

    private void Start(Island island)
    {
        bool call, ended;
        lock (_gate)
        {
            ended = _waiting is null;
            call = !ended && !_called;
            _called |= call;
            _waiting?.Enqueue(island);
        }

        if (ended)
            island.EndUnstarted();
        else if (call)
            _supervisor.Tell(StreamSupervisor.StartIslands.Instance, ActorRefs.NoSender);
    }
}

public static class ActorMaterializerExtensions
{
    public static ActorMaterializer Materializer(this IActorRefFactory context) => ActorMaterializer.Create(context);
}

/// <summary>How a materializer runs its streams.</summary>
public sealed class ActorMaterializerSettings
{
    private ActorMaterializerSettings(string dispatcher) => Dispatcher = dispatcher;

    public string Dispatcher { get; }

    public static ActorMaterializerSettings Create(ActorSystem system) => new(Dispatch.Dispatchers.DefaultDispatcherId);

    /// <summary>The same, on another dispatcher.</summary>
    public ActorMaterializerSettings WithDispatcher(string dispatcher) => new(dispatcher);
}
