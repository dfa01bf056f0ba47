namespace ActorTransfer.Protocol.Xml;

/// <summary>Avoids allocating the few names that a stream repeats. Bounded, since a peer chooses the entries.</summary>
internal sealed class XmlNameCache
{
    private const int MaxNames = 256;
    private const int MaxLength = 64;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal string Get(ReadOnlySpan<char> name)
    {
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var known))
        {
            return known;
        }

        var text = name.ToString();
        if (text.Length <= MaxLength && _names.Count < MaxNames)
        {
            _names.Add(text);
        }

        return text;
    }
}
