using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>A link that forwards messages of the test to its connection, and those of the connection to a probe.</summary>
internal sealed class ScriptedLink : ReceiveActor
{
    public ScriptedLink(IActorRef probe)
    {
        Receive<StanzaLink.Write>(write => probe.Tell(write));
        Receive<StanzaLink.WriteMessage>(write => probe.Tell(write));
        Receive<StanzaLink.End>(end => probe.Tell(end));
        Receive<StanzaLink.Start>(start => probe.Tell(new Started(Self, start.Session)));
        ReceiveAny(message => Context.Parent.Tell(message));
    }

    public static Props Props(IActorRef probe) => Akka.Actor.Props.Create(() => new ScriptedLink(probe));

    public sealed record Started(IActorRef Wire, ResumableSession? Session);
}
