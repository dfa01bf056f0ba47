using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>
/// Unicode normalization forms C and KC (UAX #15) and width folding. <see cref="string.Normalize()"/> answers text beyond ASCII unchanged when
/// the process runs with invariant globalization, and an address must not depend on how its process is set up.
/// </summary>
internal static class Normalization
{
    // Hangul syllables are composed by arithmetic (Unicode §3.12).
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;

    private static readonly Lazy<Tables> Data = new(static () => new Tables());

    /// <summary>Normalization form C of well-formed text.</summary>
    internal static string Nfc(string text)
    {
        // Everything below the combining marks is in form C already.
        return text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF') ? Normalize(text, Data.Value.Canonical) : text;
    }

    /// <summary>Normalization form KC of well-formed text, with the compatibility characters of Unicode 3.2.</summary>
    internal static string Nfkc(string text)
    {
        return Ascii.IsValid(text) ? text : Normalize(text, Data.Value.Compatible);
    }

    /// <summary>One step of the canonical decomposition, or nothing.</summary>
    internal static ReadOnlySpan<int> Decompose(int point) => Data.Value.Canonical.GetValueOrDefault(point);

    /// <summary>Full and half width forms replaced by the characters they are variants of, everything else untouched.</summary>
    internal static string FoldWidth(string text)
    {
        var widths = Data.Value.Widths;
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            points.Add(widths.GetValueOrDefault(rune.Value, rune.Value));
        }

        return Text(points);
    }

    private static string Normalize(string text, FrozenDictionary<int, int[]> decompositions)
    {
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points, decompositions);
        }

        Reorder(points);
        Compose(points);
        return Text(points);
    }

    private static void Decompose(int point, List<int> output, FrozenDictionary<int, int[]> decompositions)
    {
        if (point - SyllableBase is >= 0 and < SyllableCount and var syllable)
        {
            output.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            output.Add(VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount));
            if (syllable % TrailCount is > 0 and var trail)
            {
                output.Add(TrailBase + trail);
            }
        }
        else if (decompositions.TryGetValue(point, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, output, decompositions);
            }
        }
        else
        {
            output.Add(point);
        }
    }

    // Each run of combining marks in the order of their classes, marks of one class in the order they came. A peer may send long runs.
    private static void Reorder(List<int> points)
    {
        for (var start = 0; start < points.Count; start++)
        {
            var end = start;
            var isOrdered = true;
            for (; end < points.Count && Class(points[end]) is > 0 and var rank; end++)
            {
                isOrdered &= end == start || Class(points[end - 1]) <= rank;
            }

            if (!isOrdered)
            {
                // OrderBy keeps the order of equals.
                var ordered = points.GetRange(start, end - start).OrderBy(Class).ToArray();
                ordered.CopyTo(CollectionsMarshal.AsSpan(points)[start..]);
            }

            start = end;
        }
    }

    private static void Compose(List<int> points)
    {
        var starter = -1;
        var previousClass = 0;
        var end = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var (point, rank) = (points[i], Class(points[i]));
            var reachable = starter >= 0 && (starter == end - 1 || (previousClass < rank && previousClass != 0));
            if (reachable && Pair(points[starter], point) is > 0 and var composed)
            {
                points[starter] = composed;
                continue;
            }

            if (rank == 0)
            {
                starter = end;
            }

            previousClass = rank;
            points[end++] = point;
        }

        points.RemoveRange(end, points.Count - end);
    }

    private static int Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount and var lead && second - VowelBase is >= 0 and < VowelCount and var vowel)
        {
            return SyllableBase + (((lead * VowelCount) + vowel) * TrailCount);
        }

        if (first - SyllableBase is >= 0 and < SyllableCount and var syllable && syllable % TrailCount == 0
            && second - TrailBase is > 0 and < TrailCount and var trail)
        {
            return first + trail;
        }

        return Data.Value.Compositions.GetValueOrDefault((first, second));
    }

    private static int Class(int point) => point < 0x300 ? 0 : Data.Value.Classes.GetValueOrDefault(point);

    private static string Text(List<int> points)
    {
        var builder = new StringBuilder(points.Count);
        foreach (var point in points)
        {
            builder.Append(new Rune(point).ToString());
        }

        return builder.ToString();
    }

    private sealed class Tables
    {
        internal Tables()
        {
            var decompositions = new Dictionary<int, int[]>();
            var compositions = new Dictionary<(int First, int Second), int>();
            foreach (var (point, target) in Mappings(NormalizationData.Decompositions))
            {
                var parts = Points(target.TrimEnd('!'));
                decompositions.Add(point, parts);
                if (parts is [var first, var second] && !target.EndsWith('!'))
                {
                    compositions.Add((first, second), point);
                }
            }

            Canonical = decompositions.ToFrozenDictionary();
            Compositions = compositions.ToFrozenDictionary();
            Widths = Mappings(NormalizationData.Widths).ToFrozenDictionary(item => item.Point, item => Hex(item.Target));
            Compatible = decompositions
                .Concat(Mappings(NormalizationData.Widths + ";" + CompatibilityData.Decompositions)
                    .Select(item => KeyValuePair.Create(item.Point, Points(item.Target))))
                .ToFrozenDictionary();
            Classes = ReadClasses().ToFrozenDictionary(item => item.Point, item => item.Class);
        }

        internal FrozenDictionary<int, int[]> Canonical { get; }

        /// <summary>Canonical decompositions, widths and all the others.</summary>
        internal FrozenDictionary<int, int[]> Compatible { get; }

        internal FrozenDictionary<(int First, int Second), int> Compositions { get; }

        internal FrozenDictionary<int, int> Widths { get; }

        internal FrozenDictionary<int, int> Classes { get; }

        private static IEnumerable<(int Point, string Target)> Mappings(string data) =>
            from item in data.Split(';')
            let colon = item.IndexOf(':', StringComparison.Ordinal)
            let first = Hex(item[..colon])
            from mapping in item[(colon + 1)..].Split(' ').Select((target, index) => (first + index, target))
            select mapping;

        private static IEnumerable<(int Point, int Class)> ReadClasses() =>
            from item in NormalizationData.CombiningClasses.Split(';')
            let colon = item.IndexOf(':', StringComparison.Ordinal)
            let range = item[..colon].Split('-')
            let rank = int.Parse(item.AsSpan(colon + 1), CultureInfo.InvariantCulture)
            from point in Enumerable.Range(Hex(range[0]), Hex(range[^1]) - Hex(range[0]) + 1)
            select (point, rank);

        private static int[] Points(string target) => [.. target.Split('+').Select(Hex)];

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
