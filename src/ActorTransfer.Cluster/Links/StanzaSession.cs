using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Cluster.Links;

/// <summary>The session that a stanza belongs to.</summary>
internal static class StanzaSession
{
    /// <summary>Whether the request offers a file.</summary>
    public static bool IsOffer(Iq request) => request is { Type: IqType.Set, Payload: { Namespace: Namespaces.StreamInitiation } };

    /// <summary>Whether nodes handle such requests.</summary>
    public static bool IsForNodes(Iq request) =>
        request is { Type: IqType.Set, Payload.Namespace: Namespaces.StreamInitiation or Namespaces.Bytestreams or Namespaces.Ibb };

    /// <summary>The session of a peer's request, as the target has it; null = none.</summary>
    public static SessionKey? OfIncoming(Iq request) => Of(request.To, request.From, isOutgoing: false, IdIn(request.Payload));

    /// <summary>The session of a payload of a message.</summary>
    public static SessionKey? OfIncoming(Jid? from, Jid? to, XmlElement payload) => Of(to, from, isOutgoing: false, IdIn(payload));

    /// <summary>The session that an offer of a node begins; null = it is something else.</summary>
    public static SessionKey? OfOutgoingOffer(Iq request) =>
        IsOffer(request) ? Of(request.From, request.To, isOutgoing: true, IdIn(request.Payload)) : null;

    /// <summary>For a message to another node; null for a session that has not begun.</summary>
    public static SessionName? ToName(SessionKey session) =>
        session.Self is { } self ? new SessionName(self.ToString(), session.Peer.ToString(), session.Outgoing, session.SessionId) : null;

    /// <summary>Of a message; null if it is not valid.</summary>
    public static SessionKey? ToKey(SessionName name) =>
        Jid.TryParse(name.Self, out var self) && Jid.TryParse(name.Peer, out var peer) ? new SessionKey(self, peer, name.IsOutgoing, name.SessionId) : null;

    /// <summary>The valid ones of a message.</summary>
    public static IEnumerable<SessionKey> ToKeys(IEnumerable<SessionName> names) => names.Select(ToKey).OfType<SessionKey>();

    private static string? IdIn(XmlElement? payload) => payload?.Namespace == Namespaces.StreamInitiation ? payload["id"] : payload?["sid"];

    private static SessionKey? Of(Jid? self, Jid? peer, bool isOutgoing, string? id) =>
        self is not null && peer is not null && !string.IsNullOrEmpty(id) ? new SessionKey(self, peer, isOutgoing, id) : null;
}
