using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>Tests whether an entity is reachable (XEP-0199). Any response, even an error, means that it is.</summary>
internal static class Ping
{
    /// <summary>The payload of an <c>iq</c> get.</summary>
    public static XmlElement Query { get; } = new(Namespaces.Ping, "ping");
}
