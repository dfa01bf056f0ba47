using System.Globalization;
using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>Kinds of characters in addresses, and mappings of whole texts.</summary>
internal static class JidCharacters
{
    internal static string LowerCase(string text)
    {
        // The invariant mapping is one to one; U+0130 is the only capital letter that Unicode maps to two characters.
        return text.ToLowerInvariant().Replace("\u0130", "i\u0307", StringComparison.Ordinal);
    }

    internal static string PlainBlanks(string text) =>
        string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = CharUnicodeInfo.GetUnicodeCategory(source[i]) == UnicodeCategory.SpaceSeparator ? ' ' : source[i];
            }
        });

    internal static bool IsSoundUtf16(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    internal static bool IsSeparator(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // Joiners are format characters, but also part of ordinary words in some scripts and of many emoji.
    internal static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        UnicodeCategory.OtherNotAssigned => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF,
        _ => false,
    };

    internal static string Show(Rune rune) =>
        rune.IsAscii && rune.Value > ' ' && rune.Value != 0x7F ? $"the character {rune}"
        : rune.Value == ' ' ? "a space"
        : string.Create(CultureInfo.InvariantCulture, $"the character U+{rune.Value:X4}");
}
