using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>Writes one side of a stream: header, stanzas, end (RFC 6120 §4).</summary>
internal static class XmlStreamWriter
{
    /// <summary>The end tag that closes a stream.</summary>
    public const string Close = "</stream:stream>";

    private const string StreamPrefix = "stream:";

    /// <summary>The stream header, an open start tag.</summary>
    /// <param name="to">The domain, or the name of the component (XEP-0114).</param>
    /// <param name="ns">The namespace of the stanzas, such as <c>jabber:client</c>.</param>
    /// <param name="from">The sender's address, or null.</param>
    /// <param name="version"><c>1.0</c>, or null if the protocol has none, as for components.</param>
    public static string Open(string to, string ns, string? from = null, string? version = null)
    {
        var output = new StringBuilder("<stream:stream");
        XmlMarkup.WriteAttribute(output, "xmlns", ns);
        XmlMarkup.WriteAttribute(output, "xmlns:stream", Namespaces.Streams);
        foreach (var (name, value) in new[] { ("from", from), ("to", to), ("version", version) })
        {
            if (value is not null)
            {
                XmlMarkup.WriteAttribute(output, name, value);
            }
        }

        return output.Append('>').ToString();
    }

    /// <summary>
    /// One first-level element as text. A stanza is converted to the stanza namespace of this stream; elements of the stream namespace get
    /// the prefix <c>stream</c>, which some servers require.
    /// </summary>
    /// <param name="stanza">The element.</param>
    /// <param name="streamNamespace">The namespace passed to <see cref="Open"/>.</param>
    public static string StanzaText(XmlElement stanza, string streamNamespace)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        var output = new StringBuilder();
        if (stanza.Namespace == Namespaces.Streams)
        {
            var name = StreamPrefix + stanza.Name;
            XmlMarkup.WriteRest(output.Append('<').Append(name), stanza, name, streamNamespace);
        }
        else
        {
            var isStanza = stanza.Namespace is Namespaces.Client or Namespaces.Component or Namespaces.Server;
            XmlMarkup.Write(output, stanza, isStanza ? stanza.Namespace : streamNamespace);
        }

        return output.ToString();
    }

    /// <summary>The <c>stream:error</c> that precedes a close (RFC 6120 §4.9).</summary>
    /// <param name="condition">The defined condition, such as <c>policy-violation</c>.</param>
    /// <param name="text">A sentence for display, or null.</param>
    public static XmlElement StreamError(string condition, string? text) =>
        new XmlElement(Namespaces.Streams, "error")
            .Add(new XmlElement(Namespaces.StreamErrors, condition))
            .Add(text is null ? null : new XmlElement(Namespaces.StreamErrors, "text").AddText(XmlText.Clean(text)));
}
