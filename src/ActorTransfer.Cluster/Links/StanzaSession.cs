using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Cluster.Links;

/// <summary>The session that a stanza belongs to.</summary>
internal static class StanzaSession
{
    /// <summary>Whether the request offers a file.</summary>
    public static bool IsOffer(Iq request) => request is { Type: IqType.Set, Payload: { Namespace: Namespaces.StreamInitiation } }
        || ActionIn(request) == JingleAction.SessionInitiate;

    /// <summary>Whether nodes handle such requests.</summary>
    public static bool IsForNodes(Iq request) =>
        request is { Type: IqType.Set, Payload.Namespace: Namespaces.StreamInitiation or Namespaces.Jingle or Namespaces.Bytestreams or Namespaces.Ibb };

    /// <summary>The session of a peer's request, as the target has it; null = none.</summary>
    public static SessionKey? OfIncoming(Iq request) => Of(request.To, request.From, isOutgoing: false, request.Payload);

    /// <summary>The session of a payload of a message.</summary>
    public static SessionKey? OfIncoming(Jid? from, Jid? to, XmlElement payload) => Of(to, from, isOutgoing: false, payload);

    /// <summary>
    /// The sessions that a request of a node begins: those of an offer, of an in-band bytestream that the node opens, and of one that the peer may open because
    /// the node accepts it in a Jingle session.
    /// </summary>
    public static IEnumerable<SessionKey> BegunBy(Iq request)
    {
        if (IsOffer(request) || (request.Type == IqType.Set && IbbOpen.Is(request.Payload)))
        {
            return Known(Of(request.From, request.To, isOutgoing: true, request.Payload));
        }

        return ActionIn(request) is JingleAction.SessionAccept or JingleAction.TransportAccept
            ? request.Payload!.ChildrenNamed(Namespaces.Jingle, "content").SelectMany(content => Known(TransportIn(request, content)))
            : [];
    }

    /// <summary>For a message to another node; null for a session that has not begun.</summary>
    public static SessionName? ToName(SessionKey session) =>
        session.Self is { } self
            ? new SessionName(self.ToString(), session.Peer.ToString(), session.Outgoing, session.SessionId, session.IsJingle)
            : null;

    /// <summary>Of a message; null if it is not valid.</summary>
    public static SessionKey? ToKey(SessionName name) =>
        Jid.TryParse(name.Self, out var self) && Jid.TryParse(name.Peer, out var peer)
            ? new SessionKey(self, peer, name.IsOutgoing, name.SessionId) { IsJingle = name.IsJingle }
            : null;

    /// <summary>The valid ones of a message.</summary>
    public static IEnumerable<SessionKey> ToKeys(IEnumerable<SessionName> names) => names.Select(ToKey).OfType<SessionKey>();

    private static JingleAction? ActionIn(Iq request) =>
        request is { Type: IqType.Set, Payload: { Namespace: Namespaces.Jingle } jingle } ? JingleActions.Read(jingle["action"]) : null;

    private static SessionKey? TransportIn(Iq request, XmlElement content) =>
        content.Child(Namespaces.JingleIbb, "transport") is { } transport ? Of(request.From, request.To, isOutgoing: false, transport) : null;

    private static IEnumerable<SessionKey> Known(SessionKey? session) => session is { } known ? [known] : [];

    private static SessionKey? Of(Jid? self, Jid? peer, bool isOutgoing, XmlElement? payload)
    {
        var id = payload?.Namespace == Namespaces.StreamInitiation ? payload["id"] : payload?["sid"];
        return self is not null && peer is not null && !string.IsNullOrEmpty(id)
            ? new SessionKey(self, peer, isOutgoing, id) { IsJingle = payload!.Namespace == Namespaces.Jingle }
            : null;
    }
}
