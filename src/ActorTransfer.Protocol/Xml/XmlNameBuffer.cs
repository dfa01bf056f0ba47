using System.Runtime.InteropServices;

namespace ActorTransfer.Protocol.Xml;

/// <summary>The name that is being read. Of a long name in a skipped stanza only a checksum is kept, so that memory is constant.</summary>
internal sealed class XmlNameBuffer
{
    // Buffer for characters of a skipped element's name before they are added to the checksum.
    private const int MaxSkippedName = 256;

    private readonly XmlNameCache _names = new();
    private readonly List<char> _name = [];
    private ulong _sum;

    /// <summary>No character was read.</summary>
    internal bool IsEmpty => _name.Count == 0;

    /// <summary>The buffer contains the whole name.</summary>
    internal bool IsWhole => _sum == 0;

    /// <summary>The name, if it is whole.</summary>
    internal string Text => _names.Get(CollectionsMarshal.AsSpan(_name));

    /// <summary>The checksum of the name, see <see cref="XmlSkip.Sum"/>.</summary>
    internal ulong Sum => XmlSkip.Sum(CollectionsMarshal.AsSpan(_name), _sum);

    internal void Clear()
    {
        _name.Clear();
        _sum = 0;
    }

    /// <summary>Adds a character; false if names cannot contain it there. A preliminary check: the builder validates the complete name.</summary>
    internal bool TryAdd(char c, bool isSkipping)
    {
        if (!XmlChars.MayBeInName(c) || (IsEmpty && (char.IsAsciiDigit(c) || c is '-' or '.')))
        {
            return false;
        }

        if (isSkipping && _name.Count >= MaxSkippedName)
        {
            _sum = Sum;
            _name.Clear();
        }

        _name.Add(c);
        return true;
    }
}
