using Akka.Actor;
using Akka.Event;
using Akka.Pattern;

namespace Akka.Streams.Implementation;

internal sealed class ActorMaterializerImpl : ActorMaterializer
{
    private readonly object _gate = new();
    private Queue<Island> _waiting = new();
    private bool _called;
    private ILoggingAdapter _log;

    public ActorMaterializerImpl(ActorSystem system, IActorRefFactory parent, ActorMaterializerSettings settings)
    {
        System = system;
        Settings = settings;
        Supervisor = parent.ActorOf(Props.CreateBy(new SupervisorProducer(this)), StreamSupervisor.NextName());
    }

    public override ActorMaterializerSettings Settings { get; }

    public override ActorSystem System { get; }

    public override IActorRef Supervisor { get; }

    public override bool IsShutdown => Volatile.Read(ref _waiting) is null;

    public override ILoggingAdapter Logger => _log ??= MakeLogger(Supervisor);

    public override TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable) => Materialize(runnable, Attributes.None);

    public override TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable, Attributes initialAttributes)
    {
        if (IsShutdown)
            throw new IllegalStateException("The materializer has been shut down and runs no more streams");

        var builder = new StreamBuilder(this);
        var value = Blueprint.Of(runnable).Build(builder, initialAttributes);
        builder.Start();
        return value;
    }

    public override IMaterializer WithNamePrefix(string namePrefix) => this;

    public override ILoggingAdapter MakeLogger(object logSource) =>
        Logging.GetLogger(System, $"{logSource}({Supervisor.Path})");

    public override ICancelable ScheduleOnce(TimeSpan delay, Action action)
    {
        var cancelable = new Cancelable(System.Scheduler);
        System.Scheduler.Advanced.ScheduleOnce(delay, action, cancelable);
        return cancelable;
    }

    public override ICancelable ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action)
    {
        var cancelable = new Cancelable(System.Scheduler);
        System.Scheduler.Advanced.ScheduleRepeatedly(initialDelay, interval, action, cancelable);
        return cancelable;
    }

    public override void Shutdown()
    {
        if (!IsShutdown)
        {
            Supervisor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
            Stopped();
        }
    }

    internal override void Start(Island island)
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
            Supervisor.Tell(StreamSupervisor.StartIslands.Instance, ActorRefs.NoSender);
    }

    internal override void LogError(Exception e, string where, object stage) =>
        Logger.Error(e, "{0} of stage {1} failed: {2}", where, stage, e.Message);

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

            context.ActorOf(Props.CreateBy(new IslandProducer(island)));
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

    private sealed class IslandProducer(Island island) : IIndirectActorProducer
    {
        public Type ActorType => typeof(IslandActor);

        public ActorBase Produce() => new IslandActor(island);

        public void Release(ActorBase actor) { }
    }

    private sealed class SupervisorProducer(ActorMaterializerImpl materializer) : IIndirectActorProducer
    {
        public Type ActorType => typeof(StreamSupervisor);

        public ActorBase Produce() => new StreamSupervisor(materializer);

        public void Release(ActorBase actor) { }
    }
}
