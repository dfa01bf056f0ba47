namespace ActorTransfer.Protocol.Xml;

/// <summary>Structural equality of elements as <see cref="XmlElement"/> defines it.</summary>
internal static class XmlEquality
{
    internal static bool Same(XmlElement left, XmlElement? right) =>
        ReferenceEquals(left, right)
        || (right is not null && left.Name == right.Name && left.Namespace == right.Namespace
            && SameAttributes(left, right) && SameContent(left.Content, right.Content));

    // Names are unique within an element, so equal counts and one inclusion suffice.
    private static bool SameAttributes(XmlElement left, XmlElement right) =>
        left.Attributes.Count == right.Attributes.Count && left.Attributes.All(pair => right[pair.Key] == pair.Value);

    private static bool SameContent(ReadOnlySpan<object> left, ReadOnlySpan<object> right)
    {
        var (skipLeft, skipRight) = (HasElement(left), HasElement(right));
        var (l, r) = (Next(left, 0, skipLeft), Next(right, 0, skipRight));
        while (l < left.Length && r < right.Length)
        {
            // Both kinds of node, string and element, compare by value.
            if (!left[l].Equals(right[r]))
            {
                return false;
            }

            l = Next(left, l + 1, skipLeft);
            r = Next(right, r + 1, skipRight);
        }

        return l == left.Length && r == right.Length;
    }

    private static int Next(ReadOnlySpan<object> content, int from, bool skipSpace)
    {
        while (from < content.Length && skipSpace && content[from] is string text && XmlChars.IsSpace(text))
        {
            from++;
        }

        return from;
    }

    private static bool HasElement(ReadOnlySpan<object> content)
    {
        foreach (var node in content)
        {
            if (node is XmlElement)
            {
                return true;
            }
        }

        return false;
    }
}
