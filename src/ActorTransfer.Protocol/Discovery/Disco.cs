using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>The requests that every entity responds to: disco#info, disco#items (XEP-0030) and ping (XEP-0199).</summary>
internal static class Disco
{
    /// <summary>Responds to an iq, or returns null when it is a different request.</summary>
    /// <remarks>An empty node counts as none: some peers always write the attribute.</remarks>
    public static Iq? Answer(DiscoInfo self, Iq request, XmlElement payload) => (request.Type, payload.Namespace, payload.Name) switch
    {
        (IqType.Set, Namespaces.DiscoInfo or Namespaces.DiscoItems, _) => request.Fail(StanzaError.NotAllowed),
        (IqType.Get, Namespaces.DiscoInfo, "query") when NodeOf(payload) is { } node && Caps.IsNodeOf(self, node) =>
            request.Result((self with { Node = node }).ToXml()),
        (IqType.Get, Namespaces.DiscoInfo or Namespaces.DiscoItems, "query") when NodeOf(payload) is not null => request.Fail(StanzaError.ItemNotFound),
        (IqType.Get, Namespaces.DiscoInfo, "query") => request.Result(self.ToXml()),
        (IqType.Get, Namespaces.DiscoItems, "query") => request.Result(new DiscoItems([]).ToXml()),
        (IqType.Get, Namespaces.Ping, "ping") => request.Result(),
        _ => null,
    };

    /// <summary>The node of a request or response; null = the entity itself, also when the attribute is empty.</summary>
    public static string? NodeOf(XmlElement query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query["node"] is { Length: > 0 } node ? node : null;
    }
}
