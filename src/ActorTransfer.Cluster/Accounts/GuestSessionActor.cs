using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>Receives what peers send to the in-band bytestream of a session that runs on another node, and passes it to its parent.</summary>
internal sealed class GuestSessionActor : ReceiveActor
{
    private readonly IActorRef _connection;
    private readonly SessionKey _session;

    /// <summary>Use <see cref="Props(IActorRef, SessionKey, IActorRef)"/>.</summary>
    public GuestSessionActor(IActorRef connection, SessionKey session, IActorRef link)
    {
        (_connection, _session) = (connection, session);
        Receive<Connection.Requested>(requested =>
            Context.Parent.Tell(new Arrived(link, StanzaText.Write(requested.Request), requested.Request)));
        Receive<Connection.Messaged>(messaged => Context.Parent.Tell(new Arrived(link, ToText(messaged), null)));
    }

    /// <param name="connection">The account's connection.</param>
    /// <param name="session">The session.</param>
    /// <param name="link">The link of its node.</param>
    public static Props Props(IActorRef connection, SessionKey session, IActorRef link) =>
        Akka.Actor.Props.Create(() => new GuestSessionActor(connection, session, link));

    /// <inheritdoc/>
    protected override void PreStart() => _connection.Tell(new Connection.ServeInBand(_session));

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
