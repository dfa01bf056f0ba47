using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>The close of an in-band bytestream, which either side may send. Source: XEP-0047 §2.3.</summary>
internal static class IbbClose
{
    private const string Element = "close";

    /// <summary>Whether the payload is a close.</summary>
    public static bool Is(XmlElement? payload) => payload is { Namespace: Namespaces.Ibb, Name: Element };

    /// <summary>The payload of the iq set.</summary>
    public static XmlElement ToXml(string sessionId) => new XmlElement(Namespaces.Ibb, Element).With("sid", sessionId);
}
