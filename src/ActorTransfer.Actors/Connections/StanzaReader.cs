using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Actors.Connections;

/// <summary>Parses the stanzas of an <see cref="InProcessLink"/>, one at a time. Thread-safe.</summary>
/// <param name="address">Address of the link.</param>
/// <param name="limits">Limits on a stanza.</param>
internal sealed class StanzaReader(Jid address, XmlLimits limits)
{
    private readonly StanzaParser _parser = new(limits);

    /// <summary>The message to the connection.</summary>
    /// <exception cref="FormatException">It is not one stanza for the link.</exception>
    public object Read(string text) => ToMessage(_parser.Parse(text));

    private object ToMessage(XmlElement stanza)
    {
        if (stanza.Namespace is not (Namespaces.Client or Namespaces.Component or Namespaces.Server) || stanza.Name is not ("iq" or "message" or "presence"))
        {
            throw new FormatException($"<{stanza.Name}> is not an iq, message or presence.");
        }

        if (!Jid.TryParse(stanza["from"], out _))
        {
            throw new FormatException(stanza["from"] is null ? "The stanza has no 'from'." : "The 'from' of the stanza is not a valid JID.");
        }

        if (stanza["to"] is null)
        {
            stanza = stanza.With("to", address.ToString());
        }

        if (!Jid.TryParse(stanza["to"], out var to) || to.Domain != address.Domain)
        {
            throw new FormatException($"The 'to' of the stanza is not an address of {address.Domain}.");
        }

        return stanza.Name switch
        {
            "message" => new StanzaLink.Messaged(stanza),
            "presence" => new StanzaLink.Present(stanza),
            _ when Iq.TryRead(stanza, out var iq, out var problem) => new StanzaLink.Received(iq),
            _ => throw new FormatException("The iq is not valid: it needs a type, an id, and in a request exactly one child (RFC 6120 §8.2.3)."),
        };
    }
}
