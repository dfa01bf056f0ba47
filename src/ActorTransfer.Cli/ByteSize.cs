using System.Globalization;

namespace ActorTransfer.Cli;

/// <summary>Sizes as people write and read them.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, decimal Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1e3m), ("MB", 1e6m), ("GB", 1e9m), ("TB", 1e12m),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("T", 1L << 40),
        ("B", 1),
    ];

    /// <summary>
    /// Reads <c>1GiB</c>, <c>1.5 MB</c>, <c>152443</c>; a bare K, M, G or T is binary. False when it is none of these or not a whole number of bytes.
    /// </summary>
    public static bool TryParse(string text, out long bytes)
    {
        var number = text.Trim();
        decimal factor = 1;
        foreach (var (unit, size) in Units)
        {
            if (number.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                (number, factor) = (number[..^unit.Length].TrimEnd(), size);
                break;
            }
        }

        bytes = 0;
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value > long.MaxValue / factor)
        {
            return false;
        }

        bytes = (long)(value * factor);
        return bytes == value * factor;
    }

    /// <summary>For example <c>67.1 MB</c>; units of 1000.</summary>
    public static string Format(double bytes)
    {
        var (unit, size) = bytes switch
        {
            < 1e3 => ("B", 1d),
            < 1e6 => ("kB", 1e3),
            < 1e9 => ("MB", 1e6),
            _ => ("GB", 1e9),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{(size == 1 ? bytes : bytes / size):0.##} {unit}");
    }
}
