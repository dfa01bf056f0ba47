namespace ActorTransfer.Protocol.Ibb;

/// <summary>
/// The encoding of blocks: RFC 4648 §4 as XEP-0047 §2.2 requires it. Invalid characters are refused, never skipped (RFC 4648 §12 explains
/// the risk), and so is padding anywhere but at the end.
/// </summary>
internal static class IbbBase64
{
    private const string WhiteSpace = " \t\r\n";
    private const int CharsPerGroup = 4;
    private const int BytesPerGroup = 3;

    /// <summary>The text of a block.</summary>
    public static string Encode(ReadOnlySpan<byte> block) => Convert.ToBase64String(block);

    /// <summary>Maximum number of bytes for a text of this length.</summary>
    public static int MaxDecodedLength(int textLength) => textLength / CharsPerGroup * BytesPerGroup;

    /// <summary>Decodes a block.</summary>
    /// <param name="text">The text of the element.</param>
    /// <param name="block">The destination; it must hold <see cref="MaxDecodedLength"/> bytes.</param>
    /// <param name="isStrict">
    /// False allows the white space of peers that wrap lines: leading, trailing, and in runs that contain a line break.
    /// </param>
    /// <param name="length">Bytes written when the result is true.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> block, bool isStrict, out int length)
    {
        length = 0;
        if (text.IndexOfAny(WhiteSpace) >= 0)
        {
            if (isStrict)
            {
                return false;
            }

            text = text.Trim(WhiteSpace);
            if (!HasLineBreaksOnly(text))
            {
                return false;
            }
        }

        return Convert.TryFromBase64Chars(text, block, out length);
    }

    /// <summary>True when each run of white space contains a line break. The decoder itself skips all white space.</summary>
    private static bool HasLineBreaksOnly(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(WhiteSpace) is var start and >= 0)
        {
            text = text[start..];
            var end = text.IndexOfAnyExcept(WhiteSpace);
            if (text[..end].IndexOfAny('\r', '\n') < 0)
            {
                return false;
            }

            text = text[end..];
        }

        return true;
    }
}
