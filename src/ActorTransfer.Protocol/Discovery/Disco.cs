using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>The questions that every entity answers about itself: disco#info, disco#items (XEP-0030) and ping (XEP-0199).</summary>
public static class Disco
{
    /// <summary>Answers an iq, or returns null when it asks for something else.</summary>
    public static Iq? Answer(DiscoInfo self, Iq request, XmlElement payload) => (request.Type, payload.Namespace, payload.Name) switch
    {
        (IqType.Set, Namespaces.DiscoInfo or Namespaces.DiscoItems, _) => request.Fail(StanzaError.NotAllowed),
        (IqType.Get, Namespaces.DiscoInfo, "query") when payload["node"] is { } node && Caps.IsNodeOf(self, node) =>
            request.Result((self with { Node = node }).ToXml()),
        (IqType.Get, Namespaces.DiscoInfo or Namespaces.DiscoItems, "query") when payload["node"] is not null => request.Fail(StanzaError.ItemNotFound),
        (IqType.Get, Namespaces.DiscoInfo, "query") => request.Result(self.ToXml()),
        (IqType.Get, Namespaces.DiscoItems, "query") => request.Result(new DiscoItems([]).ToXml()),
        (IqType.Get, Namespaces.Ping, "ping") => request.Result(),
        _ => null,
    };
}
