using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>
/// Preparation of the three parts of an address by RFC 7622 (PRECIS). Every method returns null and the prepared part, or a description of
/// the error.
/// </summary>
/// <remarks>
/// More tolerant than PRECIS in one respect: servers decide which letters and symbols beyond ASCII a name may have, since many still use
/// stringprep. Characters that could hide or break text are refused: controls, format characters, private use, non-characters.
/// </remarks>
internal static class JidPreparation
{
    private const int MaxLabelLength = 63;
    private const string AcePrefix = "xn--";

    /// <summary>The server decides which characters a name may have, see above.</summary>
    private static readonly IdnMapping s_idn = new() { AllowUnassigned = true };

    private static readonly SearchValues<char> PlainLocal =
        SearchValues.Create("!#$%()*+,-.0123456789;=?[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> PlainDomain = SearchValues.Create("-.0123456789_abcdefghijklmnopqrstuvwxyz");

    /// <summary>UsernameCaseMapped (RFC 8265 §3.3): full and half width folded, lower case, NFC.</summary>
    internal static string? Local(string text, out string prepared)
    {
        prepared = text;
        if (text.AsSpan().ContainsAnyExcept(PlainLocal))
        {
            if (!IsSoundUtf16(text))
            {
                return "the part before '@' contains an unpaired surrogate";
            }

            if (Unprepared(text) is { } problem)
            {
                return $"the part before '@' {problem}";
            }

            prepared = Ascii.IsValid(text) ? text.ToLowerInvariant() : Normalization.Nfc(LowerCase(Normalization.FoldWidth(text)));
            foreach (var rune in prepared.EnumerateRunes())
            {
                if (rune.IsAscii ? !PlainLocal.Contains((char)rune.Value) : IsHidden(rune) || IsSeparator(rune))
                {
                    return $"the part before '@' must not contain {Show(rune)}";
                }
            }
        }

        return CheckLength(prepared, "the part before '@'");
    }

    /// <summary>OpaqueString (RFC 8265 §4.2): spaces beyond ASCII become U+0020, NFC; case and spaces are preserved.</summary>
    internal static string? Resource(string text, out string prepared)
    {
        prepared = text;
        if (text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            if (!IsSoundUtf16(text))
            {
                return "the part after '/' contains an unpaired surrogate";
            }

            if (Unprepared(text) is { } problem)
            {
                return $"the part after '/' {problem}";
            }

            prepared = Normalization.Nfc(PlainBlanks(text));
            foreach (var rune in prepared.EnumerateRunes())
            {
                if (IsHidden(rune) || (rune.Value != ' ' && IsSeparator(rune)))
                {
                    return $"the part after '/' must not contain {Show(rune)}";
                }
            }
        }

        return CheckLength(prepared, "the part after '/'");
    }

    /// <summary>Lower case, NFC, one trailing dot removed, <c>xn--</c> labels decoded (RFC 7622 §3.2); IP literals are unchanged.</summary>
    internal static string? Domain(string text, out string prepared)
    {
        prepared = text;
        if (text.StartsWith('['))
        {
            return text.EndsWith(']') && IPAddress.TryParse(text.AsSpan(1, text.Length - 2), out var address)
                && address.AddressFamily == AddressFamily.InterNetworkV6 && !text.Contains('%', StringComparison.Ordinal)
                ? null
                : "the domain looks like an IPv6 address but is not one; write [2001:db8::1]";
        }

        if (text.EndsWith('.'))
        {
            text = text[..^1];
        }

        prepared = text;
        if (text.AsSpan().ContainsAnyExcept(PlainDomain))
        {
            if (!IsSoundUtf16(text))
            {
                return "the domain contains an unpaired surrogate";
            }

            if (Unprepared(text) is { } problem)
            {
                return $"the domain {problem}";
            }

            prepared = Ascii.IsValid(text) ? text.ToLowerInvariant() : Normalization.Nfc(LowerCase(text));
        }

        if (prepared.Contains(AcePrefix, StringComparison.Ordinal))
        {
            if (Normalization.Unavailable is { } problem)
            {
                return $"the domain {problem}";
            }

            prepared = DecodeLabels(prepared) ?? "";
            if (prepared.Length == 0)
            {
                return "the domain has an invalid xn-- label; write the name itself";
            }
        }

        return CheckLabels(prepared) ?? CheckLength(prepared, "the domain");
    }

    private static string? Unprepared(string text) => Ascii.IsValid(text) ? null : Normalization.Unavailable;

    private static string? DecodeLabels(string domain)
    {
        var labels = domain.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            if (!labels[i].StartsWith(AcePrefix, StringComparison.Ordinal))
            {
                continue;
            }

            // A label must be in prepared form, otherwise two spellings of one domain would differ.
            if (labels[i].Length > MaxLabelLength
                || Decode(labels[i]) is not { } decoded
                || Ascii.IsValid(decoded)
                || Normalization.Nfc(LowerCase(decoded)) != decoded)
            {
                return null;
            }

            labels[i] = decoded;
        }

        return string.Join('.', labels);
    }

    private static string? Decode(string label)
    {
        try
        {
            return s_idn.GetUnicode(label);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? CheckLabels(string domain)
    {
        foreach (var rune in domain.EnumerateRunes())
        {
            if (rune.IsAscii ? !PlainDomain.Contains((char)rune.Value) : IsHidden(rune) || IsSeparator(rune))
            {
                return $"the domain must not contain {Show(rune)}";
            }
        }

        foreach (var label in domain.AsSpan().Split('.'))
        {
            if (domain.AsSpan(label) is { Length: 0 or > MaxLabelLength })
            {
                return $"the domain must have 1 to {MaxLabelLength} characters between its dots";
            }
        }

        return null;
    }

    private static string? CheckLength(string part, string name) =>
        part.Length == 0 ? $"{name} is empty"
        : part.Length > Jid.MaxPartBytes / 3 && Encoding.UTF8.GetByteCount(part) > Jid.MaxPartBytes
            ? $"{name} has more than {Jid.MaxPartBytes} bytes of UTF-8"
            : null;

    private static string LowerCase(string text)
    {
        // The invariant mapping is one to one; U+0130 is the only capital letter that Unicode maps to two characters.
        return text.ToLowerInvariant().Replace("\u0130", "i\u0307", StringComparison.Ordinal);
    }

    private static string PlainBlanks(string text) =>
        string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = CharUnicodeInfo.GetUnicodeCategory(source[i]) == UnicodeCategory.SpaceSeparator ? ' ' : source[i];
            }
        });

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

    private static bool IsSeparator(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // Joiners are format characters, but also part of ordinary words in some scripts and of many emoji.
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        UnicodeCategory.OtherNotAssigned => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF,
        _ => false,
    };

    private static string Show(Rune rune) =>
        rune.IsAscii && rune.Value > ' ' && rune.Value != 0x7F ? $"the character {rune}"
        : rune.Value == ' ' ? "a space"
        : string.Create(CultureInfo.InvariantCulture, $"the character U+{rune.Value:X4}");
}
