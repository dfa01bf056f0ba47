using System.Text;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Actors.Connections;

/// <summary>Parses the stanzas of an <see cref="InProcessLink"/>, one at a time. Thread-safe.</summary>
/// <param name="address">Address of the link.</param>
/// <param name="limits">Limits on a stanza.</param>
internal sealed class StanzaReader(Jid address, XmlLimits limits)
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly byte[] s_header = Encoding.UTF8.GetBytes(XmlStreamWriter.Open("in-process", Namespaces.Client));

    /// <summary>Follows each stanza: it is parsed as one element only if nothing of the text is left.</summary>
    private static readonly byte[] s_end = "<end xmlns=''/>"u8.ToArray();

    private readonly Lock _lock = new();
    private XmlStreamParser? _parser;

    /// <summary>The message to the connection.</summary>
    /// <exception cref="FormatException">It is not one stanza for the link.</exception>
    public object Read(string text)
    {
        var bytes = text.Length <= limits.MaxStanzaBytes ? Encode(text) : null;
        if (bytes is null || bytes.Length > limits.MaxStanzaBytes)
        {
            throw new FormatException($"The stanza has more than {limits.MaxStanzaBytes} bytes (connection.max-stanza-size).");
        }

        XmlElement element;
        lock (_lock)
        {
            element = Parse(bytes);
        }

        return ToMessage(element);
    }

    private static byte[] Encode(string text)
    {
        try
        {
            return s_utf8.GetBytes(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new FormatException("The stanza is not valid Unicode.", exception);
        }
    }

    /// <summary>A parser that has failed is not used again.</summary>
    private XmlElement Parse(byte[] bytes)
    {
        var parser = _parser ?? NewParser();
        _parser = null;
        parser.Offer(bytes);
        var element = parser.Poll() switch
        {
            XmlStreamItem.Stanza stanza => stanza.Element,
            XmlStreamItem.Skipped skipped => throw new FormatException($"The stanza is refused ({skipped.Condition}): {skipped.Detail}."),
            XmlStreamItem.Invalid invalid => throw new FormatException($"The stanza is not well-formed: {invalid.Detail}."),
            _ => throw new FormatException("This is not a complete stanza."),
        };
        if (parser.Poll() is null)
        {
            parser.Offer(s_end);
            if (parser.Poll() is XmlStreamItem.Stanza { Element: { Name: "end", Namespace: "" } })
            {
                _parser = parser;
                return element;
            }
        }

        throw new FormatException("There is more than one stanza, or text after it.");
    }

    private XmlStreamParser NewParser()
    {
        var parser = new XmlStreamParser(limits);
        parser.Offer(s_header);
        _ = parser.Poll();
        return parser;
    }

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
