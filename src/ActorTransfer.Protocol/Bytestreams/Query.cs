using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The element that contains every message of XEP-0065.</summary>
internal static class Query
{
    private const string Element = "query";

    public static XmlElement Of(string? sessionId = null) => new XmlElement(Namespaces.Bytestreams, Element).With("sid", sessionId);

    public static bool Is(XmlElement? element) => element is { Namespace: Namespaces.Bytestreams, Name: Element };
}
