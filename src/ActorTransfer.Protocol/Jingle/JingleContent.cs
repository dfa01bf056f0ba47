using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Jingle;

/// <summary>A content of a session: what is transferred, and how. Source: XEP-0166 §7.3.</summary>
/// <param name="Creator">Who added it; with the name it identifies the content.</param>
/// <param name="Name">Its name.</param>
internal sealed record JingleContent(JingleRole Creator, string Name)
{
    private const string Element = "content";

    /// <summary>Longer names are refused, because they are repeated in every request.</summary>
    private const int MaxNameLength = 256;

    /// <summary>Who sends.</summary>
    public JingleSenders Senders { get; init; }

    /// <summary>What is transferred, of any application.</summary>
    public XmlElement? Description { get; init; }

    /// <summary>How, by any transport.</summary>
    public XmlElement? Transport { get; init; }

    /// <summary>Encryption by any method (XEP-0391).</summary>
    public XmlElement? Security { get; init; }

    /// <summary>All contents of a request, or null if one has no name. The disposition is ignored.</summary>
    internal static List<JingleContent>? ReadAll(XmlElement jingle)
    {
        var contents = new List<JingleContent>();
        foreach (var element in jingle.ChildrenNamed(Namespaces.Jingle, Element))
        {
            if (element["name"] is not { Length: > 0 and <= MaxNameLength } name)
            {
                return null;
            }

            contents.Add(new JingleContent(JingleRoles.ReadRole(element["creator"]), name)
            {
                Senders = JingleRoles.ReadSenders(element["senders"]),
                Description = element.ChildInAnyNamespace("description"),
                Transport = element.ChildInAnyNamespace("transport"),
                Security = element.ChildInAnyNamespace("security"),
            });
        }

        return contents;
    }

    internal XmlElement ToXml() => new XmlElement(Namespaces.Jingle, Element)
        .With(("creator", Creator.Name()), ("name", Name), ("senders", Senders == JingleSenders.Both ? null : Senders.Name()))
        .Add(Description)
        .Add(Transport)
        .Add(Security);
}
