using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>Requests the network addresses of a proxy. Source: XEP-0065 §6.3.1.</summary>
internal static class ProxyAddress
{
    /// <summary>The payload of the iq get.</summary>
    public static XmlElement Query() => Bytestreams.Query.Of();

    /// <summary>Whether a request to a proxy is about bytestreams: a get requests its address, a set must be an <see cref="Activation"/>.</summary>
    public static bool IsQuery(XmlElement payload) => Bytestreams.Query.Is(payload);

    /// <summary>The payload of a proxy's response.</summary>
    public static XmlElement Answer(IReadOnlyList<StreamHost> hosts) => Query().Add(hosts.Select(host => host.ToXml()));

    /// <summary>Parses the payload of a response. Its JIDs may differ from the one that was queried; activation goes to them.</summary>
    public static IReadOnlyList<StreamHost> Read(XmlElement? query) =>
        Bytestreams.Query.Is(query) ? StreamHost.ReadAll(query!) : [];
}
