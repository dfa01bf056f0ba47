using System.Globalization;
using System.Text;

namespace ActorTransfer.Protocol;

/// <summary>
/// Text of peers and servers as one line that shows what it is: for logs, which a line feed would forge, and for terminals, which obey control characters.
/// Pure; bounded; text that is printable already is returned as it is.
/// </summary>
internal static class PrintableText
{
    /// <summary>Characters that are shown if nothing else is said: more than a file name has, and than most JIDs.</summary>
    public const int DefaultLength = 1024;

    /// <summary>
    /// Escapes, as <c>\u{202E}</c>, everything that is not seen or does something else than be seen: controls, line and paragraph separators, format characters
    /// (those that turn the direction of writing among them: photo[U+202E]gnp.exe reads as photoexe.png), private use, unassigned, and halves of surrogate
    /// pairs. Joiners stay between signs that they can join (Persian and emoji need them).
    /// </summary>
    /// <param name="text">Any text; null = empty.</param>
    /// <param name="maxLength">In UTF-16 code units of <paramref name="text"/>; what is longer ends with an ellipsis.</param>
    public static string Of(string? text, int maxLength = DefaultLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        return text is null ? "" : IsPrintable(text, maxLength) ? text : Escape(text, maxLength, static (shown, value) => shown.Append(CultureInfo.InvariantCulture, $"\\u{{{value:X4}}}"));
    }

    /// <summary>The same for JSON, where such characters stand in strings only: escaped as RFC 8259 §7 has it, so that readers get them unchanged.</summary>
    public static string OfJson(string json) => IsPrintable(json, int.MaxValue) ? json : Escape(json, int.MaxValue, AppendUnits);

    /// <summary>Whether <see cref="Of"/> returns the text as it is.</summary>
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

    /// <summary>The next character, or half of one.</summary>
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
