using Akka.Actor;

namespace ActorTransfer.Actors;

/// <summary>
/// Props of actors that are created often: <c>Props.Create</c> compiles an expression and calls the constructor by reflection, which costs ten times as
/// much. For an actor that is never restarted.
/// </summary>
internal static class ActorProps
{
    public static Props Create<T>(Func<T> create)
        where T : ActorBase => Props.CreateBy(new Producer<T>(create));

    private sealed class Producer<T>(Func<T> create) : IIndirectActorProducer
        where T : ActorBase
    {
        public Type ActorType => typeof(T);

        public ActorBase Produce() => create();

        public void Release(ActorBase actor)
        {
            // The actor releases what it has in PostStop.
        }
    }
}
