using Akka.Actor;
using Akka.Streams.Implementation;

namespace Akka.Streams.Stage;

public static class StageActorRef
{
    public delegate void Receive((IActorRef, object) args);
}

public class StageActorRefNotInitializedException : Exception
{
    public static readonly StageActorRefNotInitializedException Instance = new();

    private StageActorRefNotInitializedException()
        : base("The stage has no actor: call GetStageActor first") { }
}

/// <summary>An actor in front of a stage: what it is told, the stage receives between its other events.</summary>
public sealed class StageActor
{
    private readonly IActorContext _context;
    private StageActorRef.Receive _behavior;

    internal StageActor(Island island, GraphStageLogic stage, StageActorRef.Receive initialReceive)
    {
        _context = island.Context;
        _behavior = initialReceive;
        var callback = stage.StageActorCallback(InternalReceive);
        Ref = _context.ActorOf(Props.CreateBy(new RelayProducer(callback)));
    }

    public IActorRef Ref { get; }

    public void Become(StageActorRef.Receive receive) => _behavior = receive;

    public void Stop() => _context.Stop(Ref);

    public void Watch(IActorRef actorRef) => Ref.Tell(new WatchCommand(actorRef, true), ActorRefs.NoSender);

    public void Unwatch(IActorRef actorRef) => Ref.Tell(new WatchCommand(actorRef, false), ActorRefs.NoSender);

    private void InternalReceive((IActorRef Sender, object Message) envelope) => _behavior(envelope);

    private sealed record WatchCommand(IActorRef Target, bool Watch) : INoSerializationVerificationNeeded;

    private sealed class Relay(Action<(IActorRef Sender, object Message)> callback) : ActorBase
    {
        protected override bool Receive(object message)
        {
            if (message is not WatchCommand command)
                callback((Sender, message));
            else if (command.Watch)
                Context.Watch(command.Target);
            else
                Context.Unwatch(command.Target);

            return true;
        }
    }

    private sealed class RelayProducer(Action<(IActorRef Sender, object Message)> callback) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Relay);

        public ActorBase Produce() => new Relay(callback);

        public void Release(ActorBase actor) { }
    }
}
