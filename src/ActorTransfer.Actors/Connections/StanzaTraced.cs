using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>Published on the event stream by connections that trace: a stanza that was sent, or received from outside this process.</summary>
internal sealed record StanzaTraced(DateTimeOffset At, Jid? From, Jid? To, string Summary)
{
    internal static StanzaTraced Of(ActorSystem system, Iq stanza) => new(system.Scheduler.Now, stanza.From, stanza.To, StanzaSummary.Of(stanza));
}
