namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// Limits on the memory that a peer can use with one stanza. All are checked before memory is allocated. An iq, message or presence over a
/// limit is skipped (<see cref="XmlStreamItem.Skipped"/>); anything else over a limit ends the stream.
/// </summary>
/// <param name="MaxStanzaBytes">UTF-8 bytes of one first-level element, tags included; the stream header has the same limit.</param>
/// <param name="MaxDepth">Nesting depth of a stanza, the stanza itself included.</param>
/// <param name="MaxAttributes">Attributes of one element, namespace declarations included.</param>
/// <param name="MaxChildren">Elements inside one stanza, at all levels.</param>
internal sealed record XmlLimits(int MaxStanzaBytes = 262144, int MaxDepth = 32, int MaxAttributes = 64, int MaxChildren = 4096)
{
    /// <summary>256 KiB, 32 levels, 64 attributes, 4096 elements: sufficient for an in-band block of 64 KiB and for long item lists.</summary>
    public static XmlLimits Default { get; } = new();

    /// <summary>
    /// Bytes after which a skipped stanza ends the stream: 64 times <see cref="MaxStanzaBytes"/>, 16 MiB by default. Servers permit stanzas
    /// of 256 KiB to 10 MiB.
    /// </summary>
    public long MaxSkippedBytes => 64L * MaxStanzaBytes;
}
