using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>Unicode normalization forms C and KC (UAX #15) and width folding, using the platform's ICU library.</summary>
internal static class Normalization
{
    /// <summary>Null, or why this process cannot prepare non-ASCII text. A JID must not depend on how the process is configured.</summary>
    internal static string? Unavailable { get; } = "A\u030A".Normalize(NormalizationForm.FormC) == "\u00C5"
        ? null
        : "needs Unicode normalization, which this process lacks: install ICU (libicu) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <summary>Returns normalization form C of well-formed text.</summary>
    internal static string Nfc(string text) =>
        // All characters below the combining marks are in form C already.
        text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF') ? Normalize(text, NormalizationForm.FormC) : text;

    /// <summary>Returns normalization form KC of well-formed text.</summary>
    internal static string Nfkc(string text) => Ascii.IsValid(text) ? text : Normalize(text, NormalizationForm.FormKC);

    /// <summary>Replaces full-width and half-width forms by the characters they are variants of.</summary>
    internal static string FoldWidth(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            folded.Append(rune.Value is 0x3000 or (>= 0xFF01 and <= 0xFFEE) ? Nfkc(rune.ToString()) : rune.ToString());
        }

        return folded.ToString();
    }

    // The platform's method throws on U+FFFE. No address may contain it; the caller refuses it afterwards.
    private static string Normalize(string text, NormalizationForm form) => text.Contains('\uFFFE', StringComparison.Ordinal) ? text : text.Normalize(form);
}
