using System.Globalization;
using System.Text.RegularExpressions;

namespace Akka.Configuration.Hocon;

/// <summary>A value: one element, or several side by side that concatenate. Reading it as a type it has not throws.</summary>
public partial class HoconValue : IMightBeAHoconObject
{
    private const long KB = 1000, KiB = 1024;

    // No micro sign and no "us": Akka.NET 1.5 reads neither.
    private static readonly Dictionary<string, double> TicksByUnit = Units(
        (0.01, "nanoseconds nanosecond nanos nano ns"),
        (TimeSpan.TicksPerMicrosecond, "microseconds microsecond micros micro"),
        (TimeSpan.TicksPerMillisecond, "milliseconds millisecond millis milli ms"),
        (TimeSpan.TicksPerSecond, "seconds second s"),
        (TimeSpan.TicksPerMinute, "minutes minute m"),
        (TimeSpan.TicksPerHour, "hours hour h"),
        (TimeSpan.TicksPerDay, "days day d"));

    // Single letters are powers of 1024, as on the command line of the JVM.
    private static readonly Dictionary<string, long> BytesByUnit = Units(
        (1L, "b B byte bytes"),
        (KB, "kB kilobyte kilobytes"),
        (KB * KB, "MB megabyte megabytes"),
        (KB * KB * KB, "GB gigabyte gigabytes"),
        (KB * KB * KB * KB, "TB terabyte terabytes"),
        (KB * KB * KB * KB * KB, "PB petabyte petabytes"),
        (KB * KB * KB * KB * KB * KB, "EB exabyte exabytes"),
        (KiB, "K k Ki KiB kibibyte kibibytes"),
        (KiB * KiB, "M m Mi MiB mebibyte mebibytes"),
        (KiB * KiB * KiB, "G g Gi GiB gibibyte gibibytes"),
        (KiB * KiB * KiB * KiB, "T t Ti TiB tebibyte tebibytes"),
        (KiB * KiB * KiB * KiB * KiB, "P p Pi PiB pebibyte pebibytes"),
        (KiB * KiB * KiB * KiB * KiB * KiB, "E e Ei EiB exbibyte exbibytes"));

    /// <summary>The elements, in the order written.</summary>
    public List<IHoconElement> Values { get; } = [];

    public bool IsEmpty => Values.Count == 0 || Values[0] is HoconObject { Items.Count: 0 };

    public void AppendValue(IHoconElement value) => Values.Add(value);

    public void Clear() => Values.Clear();

    public void NewValue(IHoconElement value)
    {
        Values.Clear();
        Values.Add(value);
    }

    public Config ToConfig() => new(new HoconRoot(this));

    public bool IsObject() => GetObject() != null;

    /// <summary>Null if this is no object.</summary>
    public HoconObject GetObject() => Values.FirstOrDefault() switch
    {
        HoconObject own => own,
        IMightBeAHoconObject reference when reference.IsObject() => reference.GetObject(),
        _ => null,
    };

    public HoconValue GetChildObject(string key) => GetObject()?.GetKey(key);

    public bool IsString() => Values.Count > 0 && Values.TrueForAll(v => v.IsString());

    /// <summary>The text without blanks at its ends; null if this is no text or the text is <c>null</c>.</summary>
    public string GetString()
    {
        if (!IsString())
            return null;
        var text = string.Concat(Values.Select(v => v.GetString())).Trim();
        return text == "null" ? null : text;
    }

    public bool IsArray() => GetArray().Count != 0;

    /// <summary>The items of all arrays in this value; empty if there is none.</summary>
    public IList<HoconValue> GetArray() => Values.Where(v => v.IsArray()).SelectMany(v => v.GetArray()).ToList();

    public bool GetBoolean() => GetString() switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        var other => throw new NotSupportedException($"Unknown boolean format: {other}"),
    };

    public int GetInt() => int.Parse(GetString(), CultureInfo.InvariantCulture);

    public double GetDouble() => double.Parse(GetString(), CultureInfo.InvariantCulture);

    public IList<string> GetStringList() => ListOf(v => v.GetString());

    /// <summary>A duration; a bare number is milliseconds.</summary>
    public TimeSpan GetTimeSpan(bool allowInfinite = true)
    {
        var text = GetString();
        var match = NumberAndUnit().Match(text);
        if (match.Success && TicksByUnit.TryGetValue(match.Groups[2].Value, out var ticks))
            return TimeSpan.FromTicks((long)Math.Round(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * ticks));
        if (allowInfinite && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;

        var milliseconds = double.Parse(text, CultureInfo.InvariantCulture);
        return milliseconds >= 0
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new FormatException($"Expected a positive value instead of {text}");
    }

    /// <summary>A size in bytes: a whole number with or without a unit; null if this is no text.</summary>
    public long? GetByteSize()
    {
        var text = GetString();
        if (string.IsNullOrEmpty(text))
            return null;
        var digits = text.LastIndexOfAny([.. "0123456789"]) + 1;
        if (digits == 0 || digits == text.Length)
            return long.Parse(text, CultureInfo.InvariantCulture);

        var unit = text[digits..].Trim();
        return BytesByUnit.TryGetValue(unit, out var factor)
            ? factor * long.Parse(text[..digits], CultureInfo.InvariantCulture)
            : throw new FormatException($"{unit} is not a valid byte size suffix");
    }

    public override string ToString() => ToString(0);

    public virtual string ToString(int indent)
    {
        if (IsString())
            return Quoted(GetString());
        if (IsObject())
        {
            var items = GetObject().ToString(indent + 1);
            return indent == 0 ? items : $"{{\r\n{items}{new string(' ', indent * 2)}}}";
        }

        return IsArray() ? $"[{string.Join(",", GetArray().Select(v => v.ToString(indent + 1)))}]" : "<<unknown value>>";
    }

    internal static string Quoted(string text) => text == null ? "" : text.IndexOfAny([' ', '\t', ':']) < 0 ? text : $"\"{text}\"";

    private static Dictionary<string, T> Units<T>(params (T Factor, string Names)[] units) =>
        units.SelectMany(u => u.Names.Split(' ').Select(name => (name, u.Factor))).ToDictionary(p => p.name, p => p.Factor);

    private List<T> ListOf<T>(Func<HoconValue, T> read) => GetArray().Select(read).ToList();

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)$")]
    private static partial Regex NumberAndUnit();
}
