using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Actors.Tests.Attacks;

/// <summary>Requests of peers in Jingle sessions, from bo to ada unless told otherwise.</summary>
internal static class JingleStanzas
{
    internal const string TransportId = "t-1";
    private static readonly Jid s_ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid s_bo = Jid.Parse("bo@south.example/Phone");

    /// <summary>An offer of a file of 1000 bytes.</summary>
    internal static Iq Offer(string sid, string candidates = "", string more = "", string name = "img0545.png") => Request(
        "session-initiate", sid, Content(
            $"<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><name>{name}</name><size>1000</size>{more}</file></description>"
            + $"<transport xmlns='{Namespaces.JingleBytestreams}' sid='{TransportId}' mode='tcp'>{candidates}</transport>"));

    /// <summary>A request.</summary>
    internal static Iq Request(string action, string sid, string content, Jid? from = null, string? id = null) => Iq.Set(
        id ?? $"{action}-{sid}",
        s_ada,
        XmlElement.Parse($"<jingle xmlns='{Namespaces.Jingle}' action='{action}' sid='{sid}'>{content}</jingle>"),
        from ?? s_bo);

    internal static string Content(string inside) => $"<content creator='initiator' name='c' senders='initiator'>{inside}</content>";

    internal static string Transport(string inside, string sid = TransportId) =>
        Content($"<transport xmlns='{Namespaces.JingleBytestreams}' sid='{sid}'>{inside}</transport>");
}
