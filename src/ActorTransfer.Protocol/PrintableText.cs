using System.Globalization;
using System.Text;

namespace ActorTransfer.Protocol;

/// <summary>
/// Makes text of peers and servers safe for one line of a log, which a line feed could forge, or of a terminal, which interprets control
/// characters. Pure and bounded; printable text is returned unchanged.
/// </summary>
internal static class PrintableText
{
    /// <summary>Default maximum length: more than a file name or most JIDs need.</summary>
    public const int DefaultLength = 1024;

    /// <summary>
    /// Escapes, as <c>\u{202E}</c>, all invisible or active characters: controls, line and paragraph separators, format characters
    /// (including those that change the text direction: photo[U+202E]gnp.exe is displayed as photoexe.png), private use, unassigned, and
    /// unpaired surrogates. Joiners are kept between characters that they can join (Persian and emoji need them).
    /// </summary>
    /// <param name="text">Any text; null = empty.</param>
    /// <param name="maxLength">In UTF-16 code units of <paramref name="text"/>; longer text ends with an ellipsis.</param>
    public static string Of(string? text, int maxLength = DefaultLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        return text is null ? ""
            : IsPrintable(text, maxLength) ? text
            : Escape(text, maxLength, static (shown, value) => shown.Append(CultureInfo.InvariantCulture, $"\\u{{{value:X4}}}"));
    }

    /// <summary>The same for JSON, where such characters occur in strings only: escaped by RFC 8259 §7, so that readers get them unchanged.</summary>
    public static string OfJson(string json) => IsPrintable(json, int.MaxValue) ? json : Escape(json, int.MaxValue, AppendUnits);

    /// <summary>Whether <see cref="Of"/> returns the text unchanged.</summary>
    public static bool IsPrintable(string text, int maxLength = DefaultLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > maxLength)
        {
            return false;
        }

        for (var at = 0; at < text.Length;)
        {
            if (!TryRead(text, ref at, out _, out _))
            {
                return false;
            }
        }

        return true;
    }

    private static void AppendUnits(StringBuilder shown, int value)
    {
        if (value > 0xFFFF)
        {
            shown.Append(CultureInfo.InvariantCulture, $"\\u{0xD800 + ((value - 0x10000) >> 10):X4}\\u{0xDC00 + ((value - 0x10000) & 0x3FF):X4}");
        }
        else
        {
            shown.Append(CultureInfo.InvariantCulture, $"\\u{value:X4}");
        }
    }

    private static string Escape(string text, int maxLength, Action<StringBuilder, int> escape)
    {
        var shown = new StringBuilder(Math.Min(text.Length, maxLength) + 32);
        var at = 0;
        while (at < text.Length && at < maxLength)
        {
            if (TryRead(text, ref at, out var rune, out var value))
            {
                shown.Append(rune);
            }
            else
            {
                escape(shown, value);
            }
        }

        return at < text.Length ? shown.Append('\u2026').ToString() : shown.ToString();
    }

    /// <summary>The next character, or an unpaired surrogate.</summary>
    private static bool TryRead(string text, ref int at, out Rune rune, out int value)
    {
        if (!Rune.TryGetRuneAt(text, at, out rune))
        {
            value = text[at++];
            return false;
        }

        value = rune.Value;
        var isShown = IsShown(rune) || (value is 0x200C or 0x200D && Joins(text, at));
        at += rune.Utf16SequenceLength;
        return isShown;
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static bool Joins(string text, int at) =>
        at > 0 && at + 1 < text.Length
        && Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var left, out _) == System.Buffers.OperationStatus.Done && CanBeJoined(left)
        && Rune.TryGetRuneAt(text, at + 1, out var right) && CanBeJoined(right);

    private static bool CanBeJoined(Rune rune) => rune.Value > 0x7F && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.OtherLetter or UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
