using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Files;

/// <summary>
/// Converts an untrusted file name into one that is valid on Linux, macOS and Windows and stays inside its folder. A name is at most 255
/// bytes of UTF-8. <see cref="From"/> does not change its own results.
/// </summary>
internal static class SafeFileName
{
    /// <summary>The limit of common file systems, in bytes of UTF-8. Some have a lower one: eCryptfs 143.</summary>
    public const int MaxBytes = 255;

    /// <summary>A longer "extension" is text after a dot, and may be truncated.</summary>
    private const int MaxExtensionBytes = 64;

    /// <summary>The smallest supported limit: a number, a short extension and a few characters.</summary>
    public const int MinBytes = 32;

    private const char Replacement = '_';

    private const char HashMark = '~';
    private const int FolderHashDigits = 32;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// The last part of a path, without control and bidirectional characters and without leading or trailing dots and spaces. Characters
    /// special to Windows (a colon names a hidden stream) and device names are replaced or prefixed by an underscore; long names are
    /// truncated before the extension.
    /// </summary>
    /// <param name="untrusted">Any text from a peer.</param>
    /// <param name="fallback">The name to use, unchanged, when nothing is left.</param>
    public static string From(string? untrusted, string fallback = "unnamed")
    {
        ArgumentException.ThrowIfNullOrEmpty(fallback);
        var lastPart = untrusted.AsSpan();
        lastPart = lastPart[(lastPart.LastIndexOfAny('/', '\\') + 1)..];

        var name = Clean(lastPart).AsSpan();
        while (name.Length > 0 && IsEdge(name[0]))
            name = name[1..];
        while (name.Length > 0 && IsEdge(name[^1]))
            name = name[..^1];

        if (name.IsEmpty)
            return fallback;

        return WindowsDevices.Contains(name) ? Fit($"{Replacement}{name}", suffix: "", MaxBytes) : Fit(name, suffix: "", MaxBytes);
    }

    /// <summary>
    /// A name of one folder for any text: no separator is left in it. A text that is not a valid name is changed and gets a part of its SHA-256, so that no two
    /// texts have the same name. Capital letters count as changed, because some file systems do not distinguish case.
    /// </summary>
    /// <param name="untrusted">Any text, for example a JID.</param>
    public static string OfFolder(string untrusted)
    {
        ArgumentNullException.ThrowIfNull(untrusted);
        var name = From(untrusted.Replace('/', Replacement).Replace('\\', Replacement));
        if (name == untrusted && !name.Any(char.IsUpper) && !EndsInHash(name))
            return name;

        var hash = SHA256.HashData(MemoryMarshal.AsBytes(untrusted.AsSpan())).AsSpan(0, FolderHashDigits / 2);
        return $"{Cut(name, MaxBytes - FolderHashDigits - 1)}{HashMark}{Convert.ToHexStringLower(hash)}";
    }

    /// <summary>
    /// The name of a local file as written into an offer: without the characters that <see cref="From"/> drops on receipt or that XML
    /// forbids, and within the limit. Characters that only some file systems reject are kept.
    /// </summary>
    /// <param name="name">A file name or any other text.</param>
    public static string ForOffer(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var kept = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsDropped(rune) && XmlChars.IsChar(rune.Value))
                kept.Append(rune);
        }

        var clean = kept.ToString();
        return string.IsNullOrWhiteSpace(clean) ? "unnamed" : Fit(clean, suffix: "", MaxBytes);
    }

    /// <summary>The n-th name of the same file: "name (2).ext", within the limit; the name is truncated, not the number.</summary>
    /// <param name="name">A safe name.</param>
    /// <param name="n">The number; 1 = without a number.</param>
    /// <param name="maxBytes">Maximum bytes of a name at the destination; at least <see cref="MinBytes"/>.</param>
    public static string Numbered(string name, int n, int maxBytes = MaxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, MinBytes);
        return Fit(name, n == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({n})"), maxBytes);
    }

    /// <summary>The beginning of a name within this many bytes of UTF-8, cut between characters; the extension is not preserved.</summary>
    public static string Beginning(string name, int maxBytes) => Cut(name, maxBytes).ToString();

    /// <summary>Such a text could equal the changed name of another one.</summary>
    private static bool EndsInHash(string name) =>
        name.Length > FolderHashDigits && name[^(FolderHashDigits + 1)] == HashMark
        && name.AsSpan(name.Length - FolderHashDigits).IndexOfAnyExcept(HexDigits) < 0;

    private static string Clean(ReadOnlySpan<char> part)
    {
        var kept = new StringBuilder(part.Length);
        foreach (var rune in part.EnumerateRunes())
        {
            if (IsDropped(rune))
                continue;

            kept.Append(rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*' ? new Rune(Replacement) : rune);
        }

        return kept.ToString();
    }

    /// <summary>
    /// Removes invisible characters: controls and NUL, line separators, and format characters, which can change the text direction and so
    /// make "exe.txt" out of "txt.exe". Joiners are kept (Persian and emoji need them). Unpaired surrogates arrive here as U+FFFD.
    /// </summary>
    private static bool IsDropped(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => !IsJoiner(rune.Value),
        _ => rune == Rune.ReplacementChar,
    };

    private static bool IsJoiner(int value) => value is 0x200C or 0x200D;

    /// <summary>Hidden files begin with a dot; Windows strips trailing dots and spaces, which would change the name.</summary>
    private static bool IsEdge(char c) => c == '.' || char.IsWhiteSpace(c) || IsJoiner(c);

    private static string Fit(ReadOnlySpan<char> name, string suffix, int maxBytes)
    {
        var dot = name.LastIndexOf('.');
        var longest = Math.Min(MaxExtensionBytes, maxBytes / 2);
        var extension = dot > 0 && Encoding.UTF8.GetByteCount(name[dot..]) <= longest ? name[dot..] : [];
        var stem = name[..^extension.Length];

        var room = maxBytes - suffix.Length - Encoding.UTF8.GetByteCount(extension);
        if (Encoding.UTF8.GetByteCount(stem) > room)
            stem = Cut(stem, room);

        return string.Concat(stem, suffix, extension);
    }

    /// <summary>The longest beginning within this many bytes that ends between characters, and neither in a dot nor in a space.</summary>
    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> stem, int bytes)
    {
        var length = 0;
        foreach (var rune in stem.EnumerateRunes())
        {
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0)
                break;

            length += rune.Utf16SequenceLength;
        }

        while (length > 0 && IsEdge(stem[length - 1]))
            length--;

        return stem[..length];
    }
}
