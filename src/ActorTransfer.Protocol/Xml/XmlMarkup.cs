using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>Elements to text and, for constants, text to elements.</summary>
internal static class XmlMarkup
{
    /// <summary>Appends an element. <paramref name="inherited"/> is the default namespace in force around it.</summary>
    internal static void Write(StringBuilder output, XmlElement element, string inherited)
    {
        output.Append('<').Append(element.Name);
        if (element.Namespace != inherited)
        {
            WriteAttribute(output, "xmlns", element.Namespace);
        }

        WriteRest(output, element, element.Name, element.Namespace);
    }

    /// <summary>Appends attributes, content and end tag after the name and the namespace of the start tag were written.</summary>
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

    // A reader turns a literal CR into LF everywhere and every white space into a blank inside attributes, hence the references.
    private static void WriteEscaped(StringBuilder output, string text, bool inAttribute)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAny(inAttribute ? "&<>\"'\r\n\t" : "&<>\"'\r") is var at and >= 0)
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
                _ => "&#9;",
            });
            rest = rest[(at + 1)..];
        }

        output.Append(rest);
    }

    internal static XmlElement Parse(string xml)
    {
        try
        {
            return Convert(System.Xml.Linq.XElement.Parse(xml));
        }
        catch (System.Xml.XmlException broken)
        {
            throw new FormatException(broken.Message, broken);
        }

        static XmlElement Convert(System.Xml.Linq.XElement source)
        {
            var element = new XmlElement(source.Name.NamespaceName, source.Name.LocalName);
            foreach (var attribute in source.Attributes().Where(a => !a.IsNamespaceDeclaration))
            {
                element = element.With(attribute.Name.NamespaceName.Length == 0 ? attribute.Name.LocalName : "xml:" + attribute.Name.LocalName, attribute.Value);
            }

            foreach (var node in source.Nodes())
            {
                element = node is System.Xml.Linq.XElement child ? element.Add(Convert(child))
                    : node is System.Xml.Linq.XText text ? element.AddText(text.Value) : element;
            }

            return element;
        }
    }
}
