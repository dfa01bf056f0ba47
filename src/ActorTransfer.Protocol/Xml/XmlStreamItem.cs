namespace ActorTransfer.Protocol.Xml;

/// <summary>What a stream brings, see <see cref="XmlStreamParser"/>.</summary>
internal abstract record XmlStreamItem
{
    private XmlStreamItem()
    {
    }

    /// <summary>The stream header. Always the first item.</summary>
    /// <param name="Header"><c>stream:stream</c> with its attributes and without children.</param>
    public sealed record Opened(XmlElement Header) : XmlStreamItem
    {
        /// <summary>The default namespace the header declares, that of the stanzas; empty when it declares none.</summary>
        public string ContentNamespace { get; init; } = "";
    }

    /// <summary>One complete child of the stream: a stanza, features, an error, a step of a negotiation.</summary>
    public sealed record Stanza(XmlElement Element) : XmlStreamItem;

    /// <summary>
    /// A stanza that is over a limit, or whose namespaces are unsound. It was read to its end and not kept: anybody can have a server deliver
    /// such a stanza, so it must not end the stream (RFC 6120 §8.3.3.12, §11.3).
    /// </summary>
    /// <param name="Head">The stanza without its content; of its attributes <c>type</c>, <c>id</c>, <c>from</c> and <c>to</c>.</param>
    /// <param name="Condition">The stanza error that a request gets: <c>policy-violation</c> or <c>not-acceptable</c>.</param>
    /// <param name="Detail">Which limit, without quoting the peer.</param>
    public sealed record Skipped(XmlElement Head, string Condition, string Detail) : XmlStreamItem;

    /// <summary>The peer closed the stream in good order. Nothing follows.</summary>
    public sealed record Closed : XmlStreamItem;

    /// <summary>The peer broke the rules. Nothing follows; answer with this stream error and close.</summary>
    /// <param name="StreamErrorCondition">A condition of RFC 6120 §4.9.3.</param>
    /// <param name="Detail">What was wrong, without quoting the peer at length.</param>
    public sealed record Invalid(string StreamErrorCondition, string Detail) : XmlStreamItem;
}
