using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>Unicode normalization forms C and KC (UAX #15) and width folding, by the ICU library of the platform.</summary>
internal static class Normalization
{
    /// <summary>Null, or why text beyond ASCII cannot be prepared in this process: an address must not depend on how its process is set up.</summary>
    internal static string? Unavailable { get; } = "A\u030A".Normalize(NormalizationForm.FormC) == "\u00C5"
        ? null
        : "needs Unicode normalization, which this process lacks: install ICU (libicu) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <summary>Normalization form C of well-formed text.</summary>
    internal static string Nfc(string text) =>
        // Everything below the combining marks is in form C already.
        text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF') ? Normalize(text, NormalizationForm.FormC) : text;

    /// <summary>Normalization form KC of well-formed text.</summary>
    internal static string Nfkc(string text) => Ascii.IsValid(text) ? text : Normalize(text, NormalizationForm.FormKC);

    /// <summary>Full and half width forms replaced by the characters they are variants of, everything else untouched.</summary>
    internal static string FoldWidth(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            folded.Append(rune.Value is 0x3000 or (>= 0xFF01 and <= 0xFFEE) ? Nfkc(rune.ToString()) : rune.ToString());
        }

        return folded.ToString();
    }

    // The platform's method throws on U+FFFE, which no address may have: whoever normalizes refuses it afterwards.
    private static string Normalize(string text, NormalizationForm form) => text.Contains('\uFFFE', StringComparison.Ordinal) ? text : text.Normalize(form);
}
