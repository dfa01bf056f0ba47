namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// What is kept of a skipped stanza: its addressing, the depth, and a checksum of the names of all open elements, so that nesting is
/// checked with constant memory at any depth.
/// </summary>
internal sealed class XmlSkip
{
    /// <summary>Maximum length of a kept attribute value: a JID has at most 3,071 bytes (RFC 7622 §3.1).</summary>
    internal const int MaxKeptValue = 4096;

    // Odd, so that a multiplication can be inverted.
    private const ulong Factor = 0x9E37_79B9_7F4A_7C15;
    private const ulong NameFactor = 0x0000_0100_0000_01B3;
    private static readonly ulong s_inverse = Invert(Factor);

    private readonly Dictionary<string, string> _addressing;
    private readonly string _namespace;
    private readonly string _name;
    private readonly string _condition;
    private readonly string _detail;
    private ulong _sum;

    /// <summary>Begins.</summary>
    /// <param name="ns">Namespace of the stanza.</param>
    /// <param name="name"><c>iq</c>, <c>message</c> or <c>presence</c>.</param>
    /// <param name="attributes">Those that were read already.</param>
    /// <param name="condition">The error for the sender of a request.</param>
    /// <param name="detail">Why.</param>
    internal XmlSkip(string ns, string name, IEnumerable<KeyValuePair<string, string>> attributes, string condition, string detail)
    {
        (_namespace, _name, _condition, _detail, _addressing) = (ns, name, condition, detail, []);
        foreach (var (attribute, value) in attributes)
        {
            _ = Keep(attribute, value);
        }
    }

    /// <summary>Open elements, the stanza included; 0 within the start tag of the stanza itself.</summary>
    internal int Depth { get; private set; }

    /// <summary>Whether all end tags so far matched their start tags.</summary>
    internal bool IsNested => Depth > 0 || _sum == 0;

    /// <summary>The item that represents the stanza.</summary>
    internal XmlStreamItem.Skipped Item
    {
        get
        {
            var head = new XmlElement(_namespace, _name, [.. _addressing], []);
            return new XmlStreamItem.Skipped(head, _condition, _detail);
        }
    }

    /// <summary>The checksum of a name, which may be passed in pieces.</summary>
    internal static ulong Sum(ReadOnlySpan<char> name, ulong before = 0)
    {
        foreach (var c in name)
        {
            before = unchecked((before ^ (c + 1UL)) * NameFactor);
        }

        return before;
    }

    /// <summary>Takes an attribute of the stanza; false if it is a duplicate.</summary>
    internal bool Keep(string attribute, string? value) =>
        value is not { Length: <= MaxKeptValue } || attribute is not ("type" or "id" or "from" or "to") || _addressing.TryAdd(attribute, value);

    internal void Open(ulong name)
    {
        _sum = unchecked((_sum * Factor) + name);
        Depth++;
    }

    internal void Close(ulong name)
    {
        _sum = unchecked((_sum - name) * s_inverse);
        Depth--;
    }

    // Newton's iteration doubles the number of correct bits; an odd number is its own inverse in the last three.
    private static ulong Invert(ulong factor)
    {
        var inverse = factor;
        for (var bits = 3; bits < 64; bits *= 2)
        {
            inverse = unchecked(inverse * (2 - (factor * inverse)));
        }

        return inverse;
    }
}
