using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Discovery;

/// <summary>An item of an entity. Source: XEP-0030 §4.</summary>
/// <param name="Jid">The entity to query about it.</param>
/// <param name="Node">A node of that entity; null for the entity itself.</param>
/// <param name="Name">Free text for display.</param>
internal sealed record DiscoItem(Jid Jid, string? Node = null, string? Name = null);

/// <summary>The response to disco#items: the items of an entity, for a server its services. Source: XEP-0030 §4.</summary>
internal sealed record DiscoItems(IReadOnlyList<DiscoItem> Items)
{
    private const string Element = "query";

    /// <summary>The request.</summary>
    public static XmlElement Query() => new(Namespaces.DiscoItems, Element);

    /// <summary>Parses a response. Items without a valid JID are skipped.</summary>
    public static DiscoItems Read(XmlElement query)
    {
        var items = new List<DiscoItem>();
        foreach (var item in query.ChildrenNamed(Namespaces.DiscoItems, "item"))
        {
            if (Jid.TryParse(item["jid"], out var jid))
                items.Add(new DiscoItem(jid, Disco.NodeOf(item), item["name"]));
        }

        return new DiscoItems(items);
    }

    public XmlElement ToXml() => Query()
        .Add(Items.Select(item => new XmlElement(Namespaces.DiscoItems, "item")
            .With(("jid", item.Jid.ToString()), ("node", item.Node))
            .With("name", item.Name)));
}
