namespace ActorTransfer.Protocol.Xml;

/// <summary>The items of a stream, see <see cref="XmlStreamParser"/>.</summary>
internal abstract record XmlStreamItem
{
    private XmlStreamItem()
    {
    }

    /// <summary>The stream header. Always the first item.</summary>
    /// <param name="Header"><c>stream:stream</c> with its attributes and without children.</param>
    public sealed record Opened(XmlElement Header) : XmlStreamItem
    {
        /// <summary>The default namespace of the header, which is that of the stanzas; empty when it declares none.</summary>
        public string ContentNamespace { get; init; } = "";
    }

    /// <summary>One complete child of the stream: a stanza, features, an error, an element of a negotiation.</summary>
    public sealed record Stanza(XmlElement Element) : XmlStreamItem;

    /// <summary>
    /// A stanza that exceeds a limit or has invalid namespaces. It was read to its end and discarded: any entity can have a server deliver
    /// such a stanza, so it must not end the stream (RFC 6120 §8.3.3.12, §11.3).
    /// </summary>
    /// <param name="Head">The stanza without its content; of its attributes <c>type</c>, <c>id</c>, <c>from</c> and <c>to</c>.</param>
    /// <param name="Condition">The stanza error for a request: <c>policy-violation</c> or <c>not-acceptable</c>.</param>
    /// <param name="Detail">The limit exceeded, without quoting the peer.</param>
    public sealed record Skipped(XmlElement Head, string Condition, string Detail) : XmlStreamItem;

    /// <summary>The peer closed the stream in order. Nothing follows.</summary>
    public sealed record Closed : XmlStreamItem;

    /// <summary>The peer violated the protocol. Nothing follows; send this stream error and close.</summary>
    /// <param name="StreamErrorCondition">A condition of RFC 6120 §4.9.3.</param>
    /// <param name="Detail">The reason, without long quotations of the peer.</param>
    public sealed record Invalid(string StreamErrorCondition, string Detail) : XmlStreamItem;
}
