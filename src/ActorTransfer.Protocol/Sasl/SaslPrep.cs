using System.Globalization;
using System.Text;
using ActorTransfer.Protocol.Addressing;

namespace ActorTransfer.Protocol.Sasl;

/// <summary>Preparation of user names and passwords (SASLprep, RFC 4013), so that the same input is the same bytes at both ends.</summary>
/// <remarks>One deviation: characters unassigned in Unicode 3.2 are passed through, because servers accept them in passwords.</remarks>
internal static class SaslPrep
{
    /// <summary>The prepared text, or null with the reason when it contains a prohibited character.</summary>
    public static string? Prepare(string text, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = null;
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        if (!IsSoundUtf16(text))
        {
            problem = "contains an unpaired surrogate";
            return null;
        }

        if (Normalization.Unavailable is { } unavailable && !Ascii.IsValid(text))
        {
            problem = unavailable;
            return null;
        }

        var prepared = Normalization.Nfkc(Map(text));
        problem = prepared.EnumerateRunes().Any(IsProhibited) ? "contains a control, private-use or otherwise prohibited character"
            : IsConfusing(prepared) ? "mixes text directions"
            : null;
        return problem is null ? prepared : null;
    }

    /// <summary>RFC 4013 §2.1: non-ASCII spaces become U+0020 (RFC 3454 C.1.2), invisible characters are removed (B.1).</summary>
    private static string Map(string text)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0x200B || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator)
            {
                mapped.Append(' ');
            }
            else if (!Stringprep.IsNothing(rune.Value))
            {
                mapped.Append(rune.ToString());
            }
        }

        return mapped.ToString();
    }

    /// <summary>RFC 4013 §2.3, tables C.2.1 to C.9 of RFC 3454.</summary>
    private static bool IsProhibited(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        _ => rune.Value is 0x0340 or 0x0341 or 0x06DD or 0x070F or 0x180E or 0x200E or 0x200F or 0xE0001
            or (>= 0x202A and <= 0x202E) or (>= 0x2061 and <= 0x2063) or (>= 0x206A and <= 0x206F) or (>= 0x2FF0 and <= 0x2FFB)
            or (>= 0xFDD0 and <= 0xFDEF) or (>= 0xFFF9 and <= 0xFFFD) or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0020 and <= 0xE007F)
            || (rune.Value & 0xFFFE) == 0xFFFE,
    };

    /// <summary>RFC 3454 §6: right-to-left text must begin and end with such a character and contain no left-to-right letter.</summary>
    private static bool IsConfusing(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        return runes.Any(IsRightToLeft)
            && !(IsRightToLeft(runes[0]) && IsRightToLeft(runes[^1]) && !runes.Any(rune => Rune.IsLetter(rune) && !IsRightToLeft(rune)));
    }

    // Hebrew, Arabic and related scripts with their presentation forms: the letters of table D.1, without marks and digits.
    private static bool IsRightToLeft(Rune rune) => Rune.IsLetter(rune)
        && rune.Value is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFE);

    private static bool IsSoundUtf16(string text)
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
}
