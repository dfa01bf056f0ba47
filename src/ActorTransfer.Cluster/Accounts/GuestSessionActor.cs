using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>Receives what peers send to a Jingle session or an in-band bytestream that runs on another node, and passes it to its parent.</summary>
internal sealed class GuestSessionActor : ReceiveActor
{
    /// <summary>Use <see cref="Props(IActorRef)"/>.</summary>
    public GuestSessionActor(IActorRef link)
    {
        Receive<Connection.Requested>(requested =>
            Context.Parent.Tell(new Arrived(link, StanzaText.Write(requested.Request), requested.Request)));
        Receive<Connection.Messaged>(messaged => Context.Parent.Tell(new Arrived(link, ToText(messaged), null)));
    }

    /// <param name="link">The link of its node.</param>
    public static Props Props(IActorRef link) => Akka.Actor.Props.Create(() => new GuestSessionActor(link));

    private static string ToText(Connection.Messaged messaged) => new XmlElement("", "message")
        .With("from", messaged.From.ToString())
        .With("to", messaged.To?.ToString())
        .Add(messaged.Payload)
        .ToString();

    /// <summary>Something for a node arrived.</summary>
    /// <param name="Link">Its link.</param>
    /// <param name="Stanza">Its XML.</param>
    /// <param name="Request">The request; null = it is a message.</param>
    internal sealed record Arrived(IActorRef Link, string Stanza, Iq? Request);
}
