namespace ActorTransfer.Protocol.Xml;

/// <summary>Counts the bytes of the current stanza and enforces its limits.</summary>
internal sealed class XmlStanzaSize(XmlLimits limits, XmlTreeBuilder builder)
{
    private long _bytes;

    /// <summary>A stanza begins. White space between stanzas is a keepalive and belongs to none.</summary>
    internal void Restart() => _bytes = 0;

    /// <summary>Counts the UTF-8 bytes of a character; each half of a surrogate pair has two. Returns as the other overload.</summary>
    internal bool Add(char c) => Add(c < 0x80 ? 1 : c < 0x800 || char.IsSurrogate(c) ? 2 : 3);

    /// <summary>False when the stream ended because of it.</summary>
    internal bool Add(int bytes)
    {
        _bytes += bytes;
        if (_bytes <= limits.MaxStanzaBytes)
        {
            return true;
        }

        if (!builder.IsSkipping)
        {
            builder.Exceed(StreamConditions.PolicyViolation, $"a stanza of more than {limits.MaxStanzaBytes} bytes");
        }
        else if (_bytes > limits.MaxSkippedBytes)
        {
            builder.Fail(StreamConditions.PolicyViolation, $"a stanza without an end in {limits.MaxSkippedBytes} bytes");
        }

        return !builder.HasItem;
    }
}
