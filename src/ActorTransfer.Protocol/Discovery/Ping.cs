using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>The request whether anybody is there (XEP-0199). Any answer, an error too, says yes.</summary>
internal static class Ping
{
    /// <summary>The payload of an <c>iq</c> get.</summary>
    public static XmlElement Query { get; } = new(Namespaces.Ping, "ping");
}
