using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>A link in the test's hand: passes on to its connection what the test tells it, and to the test what the connection does.</summary>
internal sealed class ScriptedLink : ReceiveActor
{
    private readonly IActorRef _hand;

    public ScriptedLink(IActorRef hand)
    {
        _hand = hand;
        Receive<StanzaLink.Write>(write => hand.Tell(write));
        Receive<StanzaLink.Resume>(resume => hand.Tell(resume));
        ReceiveAny(message => Context.Parent.Tell(message));
    }

    public static Props Props(IActorRef hand) => Akka.Actor.Props.Create(() => new ScriptedLink(hand));

    protected override void PreStart() => _hand.Tell(new Started(Self));

    public sealed record Started(IActorRef Wire);
}
