using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The target's answer: whose streamhost it is connected to. It names no address. Source: XEP-0065 §5.3.3.</summary>
internal sealed record StreamHostUsed(Jid Jid)
{
    private const string Element = "streamhost-used";

    /// <summary>Reads the payload of a result. The sid is not looked at: several peers leave it out.</summary>
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
