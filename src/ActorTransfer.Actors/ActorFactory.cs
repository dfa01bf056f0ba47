using Akka.Actor;

namespace ActorTransfer.Actors;

/// <summary>Makes actors of which there are many. <c>Props.Create</c> compiles its expression for each call, which takes ten times as long.</summary>
internal sealed class ActorFactory<TActor>(Func<TActor> create) : IIndirectActorProducer
    where TActor : ActorBase
{
    public Type ActorType => typeof(TActor);

    public static Props Props(Func<TActor> create) => Akka.Actor.Props.CreateBy(new ActorFactory<TActor>(create));

    public ActorBase Produce() => create();

    public void Release(ActorBase actor)
    {
    }
}
