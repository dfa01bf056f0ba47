using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The target's response: the JID of the streamhost it is connected to. It contains no address. Source: XEP-0065 §5.3.3.</summary>
internal sealed record StreamHostUsed(Jid Jid)
{
    private const string Element = "streamhost-used";

    /// <summary>Parses the payload of a result. The sid is ignored: several peers omit it.</summary>
    public static bool TryRead(XmlElement? query, [NotNullWhen(true)] out StreamHostUsed? used)
    {
        used = Query.Is(query) && Jid.TryParse(query!.Child(Namespaces.Bytestreams, Element)?["jid"], out var jid)
            ? new StreamHostUsed(jid)
            : null;
        return used is not null;
    }

    public XmlElement ToXml(string sessionId) => Query.Of(sessionId)
        .Add(new XmlElement(Namespaces.Bytestreams, Element).With("jid", Jid.ToString()));
}
