using Akka.Actor;

namespace ActorTransfer.Cluster.Tests.Links;

/// <summary>In place of an actor that another one creates: passes its messages to an inbox, and its end as <see cref="Stopped"/>.</summary>
internal sealed class Forwarder : ReceiveActor
{
    private readonly IActorRef _to;

    public Forwarder(IActorRef to)
    {
        _to = to;
        ReceiveAny(message => to.Forward(message));
    }

    protected override void PostStop() => _to.Tell(new Stopped());

    internal sealed record Stopped;
}
