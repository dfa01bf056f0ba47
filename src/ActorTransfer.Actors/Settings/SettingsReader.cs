using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ActorTransfer.Protocol.Bytestreams;
using Akka.Configuration;

namespace ActorTransfer.Actors.Settings;

/// <summary>Reads one section and collects all faults.</summary>
/// <param name="config">All settings.</param>
/// <param name="root">Path of the section.</param>
/// <param name="nameOf">How the user wrote a path, for faults; null = as it is.</param>
internal sealed class SettingsReader(Config config, string root, Func<string, string>? nameOf = null)
{
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _read = [];
    private readonly HashSet<string> _faulty = [];

    /// <summary>Paths read so far; a test compares them with reference.conf.</summary>
    public IReadOnlyCollection<string> KeysRead => _read;

    /// <summary>What is wrong, each with its key.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public TimeSpan Time(string key) => Check(key, TimeOrOff(key), time => time > TimeSpan.Zero, "must be longer than 0");

    public TimeSpan TimeOrOff(string key) =>
        Check(key, Get(key, Duration, "a time (example: 30s)"), time => time >= TimeSpan.Zero, "must not be negative");

    public int Count(string key) => Check(key, Number(key), count => count > 0, "must be at least 1");

    public int CountOrOff(string key) => Check(key, Number(key), count => count >= 0, "must not be negative");

    public int Port(string key) => Check(key, Number(key), port => port is >= 0 and <= 65535, "must be a port, 0 to 65535");

    public int Bytes(string key, int least, int most) =>
        (int)Check(key, ByteSize(key), size => size >= least && size <= most, $"must be between {least} and {most} bytes");

    public long Size(string key) => Check(key, ByteSize(key), size => size >= 0, "must not be negative");

    public bool Switch(string key) => Get(key, path => config.GetBoolean(path), "on or off");

    /// <summary>One of the names of an enumeration, in lower case.</summary>
    public T Choice<T>(string key)
        where T : struct, Enum => Get(key, path => Choose<T>(config.GetString(path)));

    /// <summary>One of several words.</summary>
    public T? Choice<T>(string key, params (string Word, T Value)[] choices) => Get(key, path =>
    {
        var text = config.GetString(path);
        var chosen = Array.FindIndex(choices, choice => choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
        return chosen >= 0
            ? choices[chosen].Value
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", choices.Select(choice => choice.Word))}");
    });

    public string Text(string key) => Get(key, path => config.GetString(path)) ?? "";

    public IPAddress Address(string key) => Get(key, path => IPAddress.Parse(config.GetString(path)), "an IP address (example: 192.0.2.1)") ?? IPAddress.None;

    /// <summary>A list in which each entry is read by <paramref name="read"/>, which throws on invalid values.</summary>
    public ImmutableArray<T> List<T>(string key, Func<string, T> read) =>
        Get(key, path => config.GetStringList(path).Select(read).ToImmutableArray()) is { IsDefault: false } list ? list : [];

    public AddressPolicy Addresses(string allow, string ports)
    {
        var numbers = List(ports, text => int.Parse(text, CultureInfo.InvariantCulture));
        return Get(allow, path => AddressPolicy.Read(config.GetStringList(path), numbers)) ?? AddressPolicy.PublicOnly;
    }

    /// <summary>One exception for everything that is wrong.</summary>
    public static ConfigurationException Invalid(IEnumerable<string> faults) => new("Invalid settings: " + string.Join("; ", faults));

    private int Number(string key) => Get(key, path => config.GetInt(path), "a whole number (example: 100)");

    private long ByteSize(string key) => Get(key, path => config.GetByteSize(path) ?? throw new FormatException(), "a size (example: 64KiB)");

    /// <summary>HOCON's notation, or that of .NET, which has colons.</summary>
    private TimeSpan Duration(string path) => config.GetString(path) is { } text && text.Contains(':', StringComparison.Ordinal)
        ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
        : config.GetTimeSpan(path, allowInfinite: false);

    private static T Choose<T>(string text)
        where T : struct, Enum
    {
        var name = Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name is not null
            ? Enum.Parse<T>(name)
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
    }

    private T? Get<T>(string key, Func<string, T> read, string? kind = null)
    {
        var path = $"{root}.{key}";
        _read.Add(path);
        try
        {
            return read(path);
        }
        catch (Exception exception) when (exception is
            FormatException or ConfigurationException or OverflowException or ArgumentException or NotSupportedException)
        {
            _faulty.Add(key);
            _faults.Add($"{Name(key)}: {(kind is null ? exception.Message : $"'{Raw(path)}' is not {kind}")}");
            return default;
        }
    }

    private T Check<T>(string key, T value, Predicate<T> isGood, string rule)
    {
        if (!isGood(value) && _faulty.Add(key))
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{Name(key)}: {value} {rule}"));
        }

        return value;
    }

    private string Name(string key) => nameOf?.Invoke($"{root}.{key}") ?? $"{root}.{key}";

    private string? Raw(string path) => config.GetValue(path) is { } value && value.IsString() ? value.GetString() : config.GetValue(path)?.ToString();
}
