using System.Buffers;
using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>
/// Preparation of the parts of an address by RFC 7622 (PRECIS); the domain has <see cref="DomainPreparation"/>. Every method returns null
/// and the prepared part, or a description of the error.
/// </summary>
/// <remarks>
/// More tolerant than PRECIS in one respect: servers decide which letters and symbols beyond ASCII a name may have, since many still use
/// stringprep. Characters that could hide or break text are refused: controls, format characters, private use, non-characters.
/// </remarks>
internal static class JidPreparation
{
    private static readonly SearchValues<char> PlainLocal =
        SearchValues.Create("!#$%()*+,-.0123456789;=?[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>UsernameCaseMapped (RFC 8265 §3.3): full and half width folded, lower case, NFC.</summary>
    internal static string? Local(string text, out string prepared)
    {
        prepared = text;
        if (text.AsSpan().ContainsAnyExcept(PlainLocal))
        {
            if (!JidCharacters.IsSoundUtf16(text))
            {
                return "the part before '@' contains an unpaired surrogate";
            }

            if (Unprepared(text) is { } problem)
            {
                return $"the part before '@' {problem}";
            }

            prepared = Ascii.IsValid(text) ? text.ToLowerInvariant() : Normalization.Nfc(JidCharacters.LowerCase(Normalization.FoldWidth(text)));
            foreach (var rune in prepared.EnumerateRunes())
            {
                if (rune.IsAscii ? !PlainLocal.Contains((char)rune.Value) : JidCharacters.IsHidden(rune) || JidCharacters.IsSeparator(rune))
                {
                    return $"the part before '@' must not contain {JidCharacters.Show(rune)}";
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
            if (!JidCharacters.IsSoundUtf16(text))
            {
                return "the part after '/' contains an unpaired surrogate";
            }

            if (Unprepared(text) is { } problem)
            {
                return $"the part after '/' {problem}";
            }

            prepared = Normalization.Nfc(JidCharacters.PlainBlanks(text));
            foreach (var rune in prepared.EnumerateRunes())
            {
                if (JidCharacters.IsHidden(rune) || (rune.Value != ' ' && JidCharacters.IsSeparator(rune)))
                {
                    return $"the part after '/' must not contain {JidCharacters.Show(rune)}";
                }
            }
        }

        return CheckLength(prepared, "the part after '/'");
    }

    internal static string? Unprepared(string text) => Ascii.IsValid(text) ? null : Normalization.Unavailable;

    internal static string? CheckLength(string part, string name) =>
        part.Length == 0 ? $"{name} is empty"
        : part.Length > Jid.MaxPartBytes / 3 && Encoding.UTF8.GetByteCount(part) > Jid.MaxPartBytes
            ? $"{name} has more than {Jid.MaxPartBytes} bytes of UTF-8"
            : null;
}
