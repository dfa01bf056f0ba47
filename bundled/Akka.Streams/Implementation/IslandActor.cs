using Akka.Actor;
using Akka.Event;

namespace Akka.Streams.Implementation;

/// <summary>Runs one island; lives as long as it.</summary>
internal sealed class IslandActor(Island island) : ActorBase
{
    protected override void PreStart() => island.Attach(Context);

    protected override bool Receive(object message)
    {
        if (message is not WakeUp)
            return false;

        island.Run();
        return true;
    }

    protected override void PostStop() => island.End();

    public sealed class WakeUp : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly WakeUp Instance = new();
    }
}

/// <summary>Parent of all streams of one materializer. They stop when it stops; it outlives any of them.</summary>
internal sealed class StreamSupervisor(ActorMaterializer materializer) : ActorBase
{
    private static long s_count;

    public static string NextName() => $"StreamSupervisor-{Interlocked.Increment(ref s_count) - 1}";

    protected override SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.StoppingStrategy;

    protected override bool Receive(object message)
    {
        if (message is not StartIslands)
            return false;

        materializer.StartWaiting(Context);
        return true;
    }

    protected override void PostStop() => materializer.Stopped();

    public sealed class StartIslands : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly StartIslands Instance = new();
    }
}

/// <summary>Makes actors of streams, which need no constructor that reflection can find.</summary>
internal sealed class Producer(Type actorType, Func<ActorBase> produce) : IIndirectActorProducer
{
    public Type ActorType => actorType;

    public static Props PropsOf<TActor>(Func<TActor> produce)
        where TActor : ActorBase => Props.CreateBy(new Producer(typeof(TActor), produce));

    public ActorBase Produce() => produce();

    public void Release(ActorBase actor) { }
}
