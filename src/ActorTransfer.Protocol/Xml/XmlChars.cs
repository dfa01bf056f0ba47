using System.Buffers;
using System.Text;

namespace ActorTransfer.Protocol.Xml;

/// <summary>Character classes of XML 1.0 (fifth edition).</summary>
internal static class XmlChars
{
    /// <summary>All UTF-16 units that are never valid in XML text, except surrogates, which depend on their neighbours.</summary>
    internal const string NeverInText =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000E\u000F" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\uFFFE\uFFFF";

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(NeverInText);

    /// <summary>White space by XML §2.3.</summary>
    internal static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r';

    /// <summary>True when the text is empty or white space only.</summary>
    internal static bool IsSpace(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!IsSpace(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The production Char of XML §2.2 for one code point.</summary>
    internal static bool IsChar(int codePoint) => codePoint switch
    {
        < 0x20 => codePoint is 0x9 or 0xA or 0xD,
        < 0xD800 => true,
        < 0xE000 => false,
        < 0x10000 => codePoint < 0xFFFE,
        _ => codePoint <= 0x10FFFF,
    };

    /// <summary>True when every character is valid in XML; unpaired surrogates are not.</summary>
    internal static bool IsText(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(Forbidden))
        {
            return false;
        }

        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is var at and >= 0)
        {
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return false;
            }

            text = text[(at + 2)..];
        }

        return true;
    }

    /// <summary>True for a unit that is valid in text, including surrogates: after UTF-8 decoding they are always paired.</summary>
    internal static bool MayBeInText(char c) => char.IsSurrogate(c) || IsChar(c);

    /// <summary>True for a unit that is valid in a qualified name; a preliminary check, <see cref="IsLocalName"/> decides.</summary>
    internal static bool MayBeInName(char c) => c >= 0x80 || char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':';

    /// <summary>True for a name without a colon (NCName of Namespaces in XML).</summary>
    internal static bool IsLocalName(ReadOnlySpan<char> name)
    {
        var first = true;
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(name, out var rune, out var length) != OperationStatus.Done
                || !(first ? IsNameStart(rune.Value) : IsNameChar(rune.Value)))
            {
                return false;
            }

            first = false;
            name = name[length..];
        }

        return !first;
    }

    private static bool IsNameStart(int c) =>
        c < 0x80
            ? char.IsAsciiLetter((char)c) || c == '_'
            : c is (>= 0xC0 and <= 0xD6) or (>= 0xD8 and <= 0xF6) or (>= 0xF8 and <= 0x2FF) or (>= 0x370 and <= 0x37D)
                or (>= 0x37F and <= 0x1FFF) or (>= 0x200C and <= 0x200D) or (>= 0x2070 and <= 0x218F) or (>= 0x2C00 and <= 0x2FEF)
                or (>= 0x3001 and <= 0xD7FF) or (>= 0xF900 and <= 0xFDCF) or (>= 0xFDF0 and <= 0xFFFD) or (>= 0x10000 and <= 0xEFFFF);

    private static bool IsNameChar(int c) =>
        IsNameStart(c) || c is (>= '0' and <= '9') or '-' or '.' or 0xB7 or (>= 0x300 and <= 0x36F) or (>= 0x203F and <= 0x2040);
}
