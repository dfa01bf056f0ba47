using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>Asking a proxy under which addresses it can be reached. Source: XEP-0065 §6.3.1.</summary>
public static class ProxyAddress
{
    /// <summary>The payload of the iq get.</summary>
    public static XmlElement Query() => Bytestreams.Query.Of();

    /// <summary>The payload of a proxy's answer.</summary>
    public static XmlElement Answer(IReadOnlyList<StreamHost> hosts) => Query().Add(hosts.Select(host => host.ToXml()));

    /// <summary>Reads the payload of an answer. The JIDs in it may differ from the one that was asked; activation goes to them.</summary>
    public static IReadOnlyList<StreamHost> Read(XmlElement? query) =>
        Bytestreams.Query.Is(query) ? StreamHost.ReadAll(query!) : [];
}
