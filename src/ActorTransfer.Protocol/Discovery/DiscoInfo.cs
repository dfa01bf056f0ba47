using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>What an entity says it is. Source: XEP-0030 §3.1.</summary>
/// <param name="Category">For example "proxy".</param>
/// <param name="Type">For example "bytestreams".</param>
/// <param name="Name">Free text for people, in any language: never decide by it.</param>
internal sealed record DiscoIdentity(string Category, string Type, string? Name = null);

/// <summary>The answer to disco#info: what an entity is and can do. Source: XEP-0030 §3.</summary>
/// <param name="Identities">At least one in an answer of ours; peers may send none.</param>
/// <param name="Features">Namespaces.</param>
/// <param name="Node">The node that was asked about; an answer repeats it.</param>
internal sealed record DiscoInfo(IReadOnlyList<DiscoIdentity> Identities, IReadOnlyList<string> Features, string? Node = null)
{
    private const string Element = "query";

    /// <summary>A proxy of XEP-0065, told by its identity. Its name says nothing: it is translated and differs between answers.</summary>
    public bool IsBytestreamsProxy => Identities.Any(identity =>
        string.Equals(identity.Category, "proxy", StringComparison.OrdinalIgnoreCase)
        && string.Equals(identity.Type, "bytestreams", StringComparison.OrdinalIgnoreCase));

    public bool Supports(string feature) => Features.Contains(feature, StringComparer.Ordinal);

    /// <summary>The request.</summary>
    public static XmlElement Query(string? node = null) => new XmlElement(Namespaces.DiscoInfo, Element).With("node", node);

    /// <summary>Reads an answer. Identities without category or type and features without a name are passed over.</summary>
    public static DiscoInfo Read(XmlElement query)
    {
        var identities = query.ChildrenNamed(Namespaces.DiscoInfo, "identity")
            .Where(identity => !string.IsNullOrEmpty(identity["category"]) && !string.IsNullOrEmpty(identity["type"]))
            .Select(identity => new DiscoIdentity(identity["category"]!, identity["type"]!, identity["name"]));

        var features = query.ChildrenNamed(Namespaces.DiscoInfo, "feature")
            .Select(feature => feature["var"])
            .Where(feature => !string.IsNullOrEmpty(feature))
            .Select(feature => feature!)
            .Distinct(StringComparer.Ordinal);

        return new DiscoInfo([.. identities], [.. features], Disco.NodeOf(query));
    }

    public XmlElement ToXml() => Query(Node)
        .Add(Identities.Select(identity => new XmlElement(Namespaces.DiscoInfo, "identity")
            .With("category", identity.Category)
            .With("type", identity.Type)
            .With("name", identity.Name is { } name ? XmlText.Clean(name) : null)))
        .Add(Features.Select(feature => new XmlElement(Namespaces.DiscoInfo, "feature").With("var", feature)));
}
