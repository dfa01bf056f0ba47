namespace ActorTransfer.Fuzzing;

/// <summary>Changes inputs at random: bits, bytes, pieces moved, repeated, dropped or taken from others, and tokens that matter.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> corpus)
{
    private const int MaxLength = 20_000;

    private static readonly byte[][] s_tokens =
    [
        "<"u8.ToArray(), ">"u8.ToArray(), "/>"u8.ToArray(), "'"u8.ToArray(), "&"u8.ToArray(), "&#0;"u8.ToArray(), "&#x10FFFF;"u8.ToArray(),
        "&lt;"u8.ToArray(), "]]>"u8.ToArray(), "<![CDATA["u8.ToArray(), "<a>"u8.ToArray(), "</a>"u8.ToArray(), " xmlns='u'"u8.ToArray(), " a='b'"u8.ToArray(),
        "<!DOCTYPE"u8.ToArray(),
        "9223372036854775807"u8.ToArray(), "9223372036854775808"u8.ToArray(), "-1"u8.ToArray(), "65536"u8.ToArray(), "4294967296"u8.ToArray(),
        "1e9"u8.ToArray(),
        [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80, 0xAE], [0xEF, 0xBB, 0xBF], "../"u8.ToArray(), "@"u8.ToArray(),
        "/"u8.ToArray(), "\u0130"u8.ToArray(), "ß"u8.ToArray(), "\uFDFA"u8.ToArray(), "e\u0301"u8.ToArray(), "\n"u8.ToArray(), "xn--"u8.ToArray(),
    ];

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        List<byte> input = [.. Any()];
        for (var count = 1 + random.Next(5); count > 0; count--)
        {
            Change(input);
        }

        return [.. input.Take(MaxLength)];
    }

    private void Change(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, random.Next(1, 40));
        switch (random.Next(7))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                var piece = input.GetRange(at, length);
                for (var times = random.Next(10) == 0 ? random.Next(200) : 1; times > 0; times--)
                {
                    input.InsertRange(at, piece);
                }

                break;
            case 4:
                var other = Any();
                var start = random.Next(other.Length + 1);
                input.InsertRange(at, other.AsSpan(start, Math.Min(other.Length - start, random.Next(100))).ToArray());
                break;
            default:
                input.InsertRange(at, s_tokens[random.Next(s_tokens.Length)]);
                break;
        }
    }

    private byte[] Any() => corpus[random.Next(corpus.Count)];
}
