using System.Globalization;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Contacts;

/// <summary>A resource that is online, as its presence describes it (RFC 6121 §4).</summary>
/// <param name="Jid">Its full JID.</param>
/// <param name="Priority">-128 to 127; the user prefers resources with a higher one (RFC 6121 §4.7.2.3).</param>
/// <param name="Capabilities">The hash of its features; null = it announces none.</param>
internal sealed record OnlineResource(Jid Jid, int Priority, CapsHash? Capabilities)
{
    /// <summary>Reads a presence of an available resource; null if it is of another kind.</summary>
    public static OnlineResource? Read(XmlElement presence) =>
        presence["type"] is null && Jid.TryParse(presence["from"], out var from) && from is { Local: not null, IsFull: true }
            ? new OnlineResource(from, PriorityOf(presence), CapsHash.Read(presence))
            : null;

    /// <summary>A presence that says the same.</summary>
    public XmlElement ToXml() => new XmlElement(Namespaces.Client, "presence")
        .With("from", Jid.ToString())
        .Add(new XmlElement(Namespaces.Client, "priority").AddText(Priority.ToString(CultureInfo.InvariantCulture)))
        .Add(Capabilities?.ToXml());

    /// <summary>The resource that went offline, or the bare JID of an account of which all did; null if the presence says something else.</summary>
    public static Jid? ReadOffline(XmlElement presence) =>
        presence["type"] is "unavailable" or "error" or "unsubscribed" && Jid.TryParse(presence["from"], out var from) ? from : null;

    private static int PriorityOf(XmlElement presence) =>
        sbyte.TryParse(presence.Child("priority")?.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority) ? priority : 0;
}
