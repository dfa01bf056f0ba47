using System.Text;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Actors.Connections;

/// <summary>Parses stanzas that arrive as text, one at a time. Thread-safe.</summary>
/// <param name="limits">Limits on a stanza.</param>
internal sealed class StanzaParser(XmlLimits limits)
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly byte[] s_header = Encoding.UTF8.GetBytes(XmlStreamWriter.Open("in-process", Namespaces.Client));

    /// <summary>Follows each stanza: it is parsed as one element only if nothing of the text is left.</summary>
    private static readonly byte[] s_end = "<end xmlns=''/>"u8.ToArray();

    private readonly Lock _lock = new();
    private XmlStreamParser? _parser;

    /// <summary>The only element of the text.</summary>
    /// <exception cref="FormatException">It is something else, or over a limit.</exception>
    public XmlElement Parse(string text)
    {
        var bytes = text.Length <= limits.MaxStanzaBytes ? Encode(text) : null;
        if (bytes is null || bytes.Length > limits.MaxStanzaBytes)
        {
            throw new FormatException($"The stanza has more than {limits.MaxStanzaBytes} bytes (connection.max-stanza-size).");
        }

        lock (_lock)
        {
            return Parse(bytes);
        }
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
}
