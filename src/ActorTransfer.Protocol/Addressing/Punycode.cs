using System.Text;

namespace ActorTransfer.Protocol.Addressing;

/// <summary>
/// Decoding of internationalised labels (RFC 3492). The class library's own mapping depends on the globalization mode of the host
/// process; an address must not.
/// </summary>
internal static class Punycode
{
    // The parameters of RFC 3492 §5.
    private const int Base = 36;
    private const int ThresholdMin = 1;
    private const int ThresholdMax = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialCodePoint = 0x80;

    /// <summary>Decodes what follows <c>xn--</c>; false when it is not what an encoder writes.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> input, out string text)
    {
        text = "";
        var delimiter = input.LastIndexOf('-');
        var output = new List<int>();
        foreach (var c in delimiter > 0 ? input[..delimiter] : [])
        {
            output.Add(c);
        }

        var rest = input[(delimiter + 1)..];
        long codePoint = InitialCodePoint;
        long position = 0;
        var bias = InitialBias;
        var first = true;
        while (!rest.IsEmpty)
        {
            if (!TryReadDelta(ref rest, bias, out var delta))
            {
                return false;
            }

            var count = output.Count + 1;
            bias = Adapt(delta, count, first);
            first = false;
            position += delta;
            codePoint += position / count;
            position %= count;
            if (!Rune.IsValid((int)Math.Min(codePoint, int.MaxValue)))
            {
                return false;
            }

            output.Insert((int)position++, (int)codePoint);
        }

        var builder = new StringBuilder(output.Count);
        output.ForEach(value => builder.Append(new Rune(value).ToString()));
        text = builder.ToString();
        return text.Length > 0;
    }

    // One variable-length integer of RFC 3492 §3.3.
    private static bool TryReadDelta(ref ReadOnlySpan<char> input, int bias, out int delta)
    {
        long value = 0;
        long weight = 1;
        delta = 0;
        for (var k = Base; ; k += Base)
        {
            if (input.IsEmpty || Digit(input[0]) is not (>= 0 and var digit))
            {
                return false;
            }

            input = input[1..];
            value += digit * weight;
            if (value > int.MaxValue)
            {
                return false;
            }

            var threshold = Math.Clamp(k - bias, ThresholdMin, ThresholdMax);
            if (digit < threshold)
            {
                delta = (int)value;
                return true;
            }

            weight *= Base - threshold;
            if (weight > int.MaxValue)
            {
                return false;
            }
        }
    }

    private static int Adapt(int delta, int count, bool first)
    {
        delta /= first ? Damp : 2;
        delta += delta / count;
        var k = 0;
        for (; delta > (Base - ThresholdMin) * ThresholdMax / 2; k += Base)
        {
            delta /= Base - ThresholdMin;
        }

        return k + ((Base - ThresholdMin + 1) * delta / (delta + Skew));
    }

    private static int Digit(char c) => c switch
    {
        >= 'a' and <= 'z' => c - 'a',
        >= '0' and <= '9' => c - '0' + 26,
        _ => -1,
    };
}
