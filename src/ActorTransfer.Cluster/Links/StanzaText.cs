using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Cluster.Links;

/// <summary>Stanzas as they travel between nodes: XML text, parsed with the limits of the connection.</summary>
/// <param name="limits">Limits on a stanza.</param>
internal sealed class StanzaText(XmlLimits limits)
{
    private readonly StanzaParser _parser = new(limits);

    /// <summary>The text.</summary>
    public static string Write(Iq stanza) => stanza.ToXmlAsReceived().ToString();

    /// <summary>The element; null if it is invalid.</summary>
    public XmlElement? Parse(string text)
    {
        try
        {
            return _parser.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The message to a connection; null if it is not a stanza for it.</summary>
    public object? Read(string text)
    {
        return Parse(text) switch
        {
            null => null,
            { Name: "message" } message => new StanzaLink.Messaged(message),
            { Name: "presence" } presence => new StanzaLink.Present(presence),
            var stanza => Iq.TryRead(stanza, out var iq, out _) ? new StanzaLink.Received(iq) : null,
        };
    }
}
