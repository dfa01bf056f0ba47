using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>
/// Addresses as written by servers that use stringprep (RFC 6122 §2: nodeprep, nameprep, resourceprep). Characters that these profiles
/// prohibit are passed through, because the server has checked them already.
/// </summary>
internal static class Stringprep
{
    private const char IotaSubscript = '\u0345';

    /// <summary>The whole address.</summary>
    internal static string Prepare(string? local, string domain, string? resource) => string.Concat(
        local is null ? "" : Fold(local) + "@", Fold(domain), resource is null ? "" : "/" + Keep(resource));

    /// <summary>An address that is not split yet.</summary>
    internal static string Prepare(string text) => text.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0
        ? string.Concat(Fold(text[..slash]), "/", Keep(text[(slash + 1)..]))
        : Fold(text);

    // Nodeprep and nameprep: tables B.1 and B.2 of RFC 3454, form KC. B.2 is closed under that form, simple lower case is not; it is
    // therefore applied twice.
    private static string Fold(string part) => Ascii.IsValid(part)
        ? part.ToLowerInvariant()
        : Normalization.Nfkc(Lower(Normalization.Nfkc(Lower(part))));

    // Resourceprep: table B.1, form KC.
    private static string Keep(string part) => Ascii.IsValid(part) ? part : Normalization.Nfkc(Map(part, static rune => rune.ToString()));

    private static string Lower(string part) => Map(part, static rune => rune.Value switch
    {
        0xDF => "ss",
        0x130 => "i\u0307",
        0x3C2 => "\u03C3",
        IotaSubscript => "\u03B9",
        >= 0x1F80 and <= 0x1FFF when rune.ToString().Normalize(NormalizationForm.FormD) is [.. var letter, IotaSubscript] =>
            letter.ToLowerInvariant() + "\u03B9",
        _ => Rune.ToLowerInvariant(rune).ToString(),
    });

    private static string Map(string part, Func<Rune, string> map)
    {
        var mapped = new StringBuilder(part.Length);
        foreach (var rune in part.EnumerateRunes())
        {
            if (!IsNothing(rune.Value))
            {
                mapped.Append(map(rune));
            }
        }

        return mapped.ToString();
    }

    /// <summary>Table B.1 of RFC 3454: characters mapped to nothing.</summary>
    internal static bool IsNothing(int point) => point
        is 0x00AD or 0x034F or 0x1806 or 0x180B or 0x180C or 0x180D or 0x200B or 0x200C or 0x200D or 0x2060 or 0xFEFF
        or (>= 0xFE00 and <= 0xFE0F);
}
