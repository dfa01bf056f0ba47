using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>The capabilities that a presence announces (XEP-0115 §4): entities with the same hash have the same features.</summary>
/// <param name="Algorithm">Name of the hash function, for example sha-1.</param>
/// <param name="Value">The verification string, in base64.</param>
internal sealed record CapsHash(string Algorithm, string Value)
{
    /// <summary>The longest hash in use is SHA-512 in base64.</summary>
    private const int MaxLength = 128;

    /// <summary>The child of a presence. Whose software it is, is not known.</summary>
    public XmlElement ToXml() => new XmlElement(Namespaces.Caps, Caps.ElementName).With("hash", Algorithm).With("ver", Value);

    /// <summary>Reads the child of a presence; null if it has none, or one without a hash (XEP-0115 before version 1.4).</summary>
    public static CapsHash? Read(XmlElement presence) =>
        presence.Child(Namespaces.Caps, Caps.ElementName) is { } caps
        && caps["hash"] is { Length: > 0 and <= MaxLength } algorithm
        && caps["ver"] is { Length: > 0 and <= MaxLength } value
            ? new CapsHash(algorithm, value)
            : null;
}
