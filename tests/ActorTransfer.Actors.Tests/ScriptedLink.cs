using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>A link in the test's hand: passes on to its connection what the test tells it, and to the test what the connection does.</summary>
internal sealed class ScriptedLink : ReceiveActor
{
    public ScriptedLink(IActorRef hand)
    {
        Receive<StanzaLink.Write>(write => hand.Tell(write));
        Receive<StanzaLink.Start>(start => hand.Tell(new Started(Self, start.Session)));
        ReceiveAny(message => Context.Parent.Tell(message));
    }

    public static Props Props(IActorRef hand) => Akka.Actor.Props.Create(() => new ScriptedLink(hand));

    public sealed record Started(IActorRef Wire, ResumableSession? Session);
}
