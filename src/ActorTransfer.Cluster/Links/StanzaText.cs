using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Cluster.Links;

/// <summary>Stanzas as they travel between nodes: XML text, parsed with the limits of the connection.</summary>
/// <param name="limits">Limits on a stanza.</param>
internal sealed class StanzaText(XmlLimits limits)
{
    private readonly StanzaParser _parser = new(limits);

    /// <summary>The text. Unlike <see cref="Iq.ToXml"/>, it has the sender as received, which some peers hash.</summary>
    public static string Write(Iq stanza) =>
        (stanza.FromText is { } from ? stanza.ToXml().With("from", from) : stanza.ToXml()).ToString();

    /// <summary>The message to a connection; null if it is not a stanza for it.</summary>
    public object? Read(string text)
    {
        XmlElement stanza;
        try
        {
            stanza = _parser.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }

        return stanza.Name switch
        {
            "message" => new StanzaLink.Messaged(stanza),
            "presence" => new StanzaLink.Present(stanza),
            _ => Iq.TryRead(stanza, out var iq, out _) ? new StanzaLink.Received(iq) : null,
        };
    }
}
