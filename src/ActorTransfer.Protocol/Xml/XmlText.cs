using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>
/// Makes local text valid for a stanza. XML cannot represent control characters, unpaired surrogates, U+FFFE and U+FFFF (XML §2.2).
/// </summary>
internal static class XmlText
{
    /// <summary>The text with U+FFFD in place of each character that XML forbids.</summary>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (XmlChars.IsText(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(XmlChars.IsChar(rune.Value) ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }

    /// <summary>The same, truncated to this many UTF-16 units: servers end the stream of a client whose stanza is too large.</summary>
    internal static string Clean(string text, int maxLength)
    {
        if (text.Length > maxLength)
        {
            var length = maxLength - 1;
            text = string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
        }

        return Clean(text);
    }
}
