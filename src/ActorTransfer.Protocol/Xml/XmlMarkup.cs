using System.Buffers;
using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>Serialises elements and, for constants, parses them.</summary>
internal static class XmlMarkup
{
    // Elements are written and compared by recursion.
    private const int MaxParseDepth = 256;

    private static readonly SearchValues<char> s_inText = SearchValues.Create("&<>\"'\r" + XmlChars.NeverInText);
    private static readonly SearchValues<char> s_inAttribute = SearchValues.Create("&<>\"'\r\n\t" + XmlChars.NeverInText);

    /// <summary>Appends an element. <paramref name="inherited"/> is the default namespace in scope.</summary>
    internal static void Write(StringBuilder output, XmlElement element, string inherited)
    {
        output.Append('<').Append(element.Name);
        if (element.Namespace != inherited)
        {
            WriteAttribute(output, "xmlns", element.Namespace);
        }

        WriteRest(output, element, element.Name, element.Namespace);
    }

    /// <summary>Appends attributes, content and end tag after the beginning of the start tag.</summary>
    internal static void WriteRest(StringBuilder output, XmlElement element, string writtenName, string defaultNamespace)
    {
        foreach (var (name, value) in element.Attributes)
        {
            WriteAttribute(output, name, value);
        }

        if (element.Content.IsEmpty)
        {
            output.Append("/>");
            return;
        }

        output.Append('>');
        foreach (var node in element.Content)
        {
            if (node is XmlElement child)
            {
                Write(output, child, defaultNamespace);
            }
            else
            {
                WriteEscaped(output, (string)node, inAttribute: false);
            }
        }

        output.Append("</").Append(writtenName).Append('>');
    }

    internal static void WriteAttribute(StringBuilder output, string name, string value)
    {
        output.Append(' ').Append(name).Append("='");
        WriteEscaped(output, value, inAttribute: true);
        output.Append('\'');
    }

    // A parser normalises a literal CR to LF, and white space in attributes to a space, hence the references. Invalid characters cannot
    // occur in elements; if one does, it is replaced to keep the stream well-formed. UTF-8 encoding replaces unpaired surrogates.
    private static void WriteEscaped(StringBuilder output, string text, bool inAttribute)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAny(inAttribute ? s_inAttribute : s_inText) is var at and >= 0)
        {
            output.Append(rest[..at]).Append(rest[at] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&apos;",
                '\r' => "&#13;",
                '\n' => "&#10;",
                '\t' => "&#9;",
                _ => "\uFFFD",
            });
            rest = rest[(at + 1)..];
        }

        output.Append(rest);
    }

    /// <summary>Parses one element of trusted text, without the limits for peers.</summary>
    internal static XmlElement Parse(string xml)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var parser = new XmlStreamParser(new XmlLimits(int.MaxValue, MaxParseDepth, int.MaxValue, int.MaxValue));
        Offer(parser, $"<stream:stream xmlns:stream='{Namespaces.Streams}'>");
        _ = parser.Poll();
        Offer(parser, xml);
        var item = parser.Poll();
        var next = parser.Poll();
        Offer(parser, XmlStreamWriter.Close);
        return (item, next ?? parser.Poll()) switch
        {
            (XmlStreamItem.Stanza stanza, XmlStreamItem.Closed) when next is null => stanza.Element,
            (XmlStreamItem.Invalid broken, _) => throw new FormatException($"This is not a valid XML element: {broken.Detail}."),
            (_, XmlStreamItem.Invalid broken) => throw new FormatException($"This is not a valid XML element: {broken.Detail}."),
            _ => throw new FormatException("This is not exactly one complete XML element."),
        };
    }

    private static void Offer(XmlStreamParser parser, string text) => parser.Offer(Encoding.UTF8.GetBytes(text));
}
