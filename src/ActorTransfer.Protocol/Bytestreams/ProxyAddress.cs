using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>Asking a proxy under which addresses it can be reached. Source: XEP-0065 §6.3.1.</summary>
internal static class ProxyAddress
{
    /// <summary>The payload of the iq get.</summary>
    public static XmlElement Query() => Bytestreams.Query.Of();

    /// <summary>Whether a request to a proxy is about bytestreams at all: a get asks for its address, a set is to be an <see cref="Activation"/>.</summary>
    public static bool IsQuery(XmlElement payload) => Bytestreams.Query.Is(payload);

    /// <summary>The payload of a proxy's answer.</summary>
    public static XmlElement Answer(IReadOnlyList<StreamHost> hosts) => Query().Add(hosts.Select(host => host.ToXml()));

    /// <summary>Reads the payload of an answer. The JIDs in it may differ from the one that was asked; activation goes to them.</summary>
    public static IReadOnlyList<StreamHost> Read(XmlElement? query) =>
        Bytestreams.Query.Is(query) ? StreamHost.ReadAll(query!) : [];
}
