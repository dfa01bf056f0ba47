using System.Text;
using ActorTransfer.Protocol.Xml;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>The peer broke the rules of the stream; answer with the condition as a stream error and close.</summary>
public sealed class XmppStreamException : IOException
{
    /// <summary>A violation as the parser reports it.</summary>
    public XmppStreamException(string condition, string detail)
        : base($"{condition}: {detail}") => Condition = condition;

    /// <summary>A condition of RFC 6120 §4.9.3.</summary>
    public string Condition { get; }
}

/// <summary>XML streams over byte links, RFC 6120 §4.</summary>
public static class XmppFraming
{
    /// <summary>
    /// Bytes to stream items, every item of a chunk before the next chunk is asked for. <see cref="XmlStreamItem.Invalid"/> is the
    /// last item; the demand after it fails the stream with <see cref="XmppStreamException"/>.
    /// </summary>
    public static Flow<Chunk, XmlStreamItem, NotUsed> Reader(XmlLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return Flow.FromGraph(new XmppReader(limits));
    }

    /// <summary>Texts to bytes, one chunk each: headers, stanzas, <see cref="XmlStreamWriter.Close"/>.</summary>
    public static Flow<string, Chunk, NotUsed> TextWriter() => Flow.FromGraph(new XmppWriter<string>(Encode));

    /// <summary>First-level elements to bytes, one chunk each.</summary>
    /// <param name="streamNamespace">The default namespace of the stream; stanzas in it are written without xmlns.</param>
    public static Flow<XmlElement, Chunk, NotUsed> StanzaWriter(string streamNamespace) =>
        Flow.FromGraph(new XmppWriter<XmlElement>(stanza => Encode(XmlStreamWriter.StanzaText(stanza, streamNamespace))));

    /// <summary>A chunk with the text in UTF-8; the caller owns it.</summary>
    public static Chunk Encode(string text)
    {
        Chunk chunk = Chunk.Rent(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, chunk.Span);
        return chunk;
    }
}
