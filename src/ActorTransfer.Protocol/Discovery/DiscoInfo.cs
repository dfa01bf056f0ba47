using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>An identity of an entity. Source: XEP-0030 §3.1.</summary>
/// <param name="Category">For example "proxy".</param>
/// <param name="Type">For example "bytestreams".</param>
/// <param name="Name">Free text for display, in any language; not for decisions.</param>
internal sealed record DiscoIdentity(string Category, string Type, string? Name = null);

/// <summary>The response to disco#info: the identities and features of an entity. Source: XEP-0030 §3.</summary>
/// <param name="Identities">At least one in a response of this side; peers may send none.</param>
/// <param name="Features">Namespaces.</param>
/// <param name="Node">The requested node, repeated in the response.</param>
internal sealed record DiscoInfo(IReadOnlyList<DiscoIdentity> Identities, IReadOnlyList<string> Features, string? Node = null)
{
    private const string Element = "query";

    /// <summary>A proxy of XEP-0065, recognised by its identity. Its name is translated and differs between responses.</summary>
    public bool IsBytestreamsProxy => Identities.Any(identity =>
        string.Equals(identity.Category, "proxy", StringComparison.OrdinalIgnoreCase)
        && string.Equals(identity.Type, "bytestreams", StringComparison.OrdinalIgnoreCase));

    public bool Supports(string feature) => Features.Contains(feature, StringComparer.Ordinal);

    /// <summary>The request.</summary>
    public static XmlElement Query(string? node = null) => new XmlElement(Namespaces.DiscoInfo, Element).With("node", node);

    /// <summary>Parses a response. Identities without category or type and features without a name are skipped.</summary>
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
            .With(("category", identity.Category), ("type", identity.Type))
            .With("name", identity.Name is { } name ? XmlText.Clean(name) : null)))
        .Add(Features.Select(feature => new XmlElement(Namespaces.DiscoInfo, "feature").With("var", feature)));
}
