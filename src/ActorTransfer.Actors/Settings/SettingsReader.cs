using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ActorTransfer.Protocol.Bytestreams;
using Akka.Configuration;

namespace ActorTransfer.Actors.Settings;

/// <summary>Reads one section and collects all faults.</summary>
internal sealed class SettingsReader(Config config, string root)
{
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _read = [];

    /// <summary>Paths read so far; a test compares them with reference.conf.</summary>
    public IReadOnlyCollection<string> KeysRead => _read;

    public TimeSpan Time(string key) => Check(key, TimeOrOff(key), time => time > TimeSpan.Zero, "must be longer than 0");

    public TimeSpan TimeOrOff(string key) =>
        Check(key, Get(key, path => config.GetTimeSpan(path, allowInfinite: false)), time => time >= TimeSpan.Zero, "must not be negative");

    public int Count(string key) => Check(key, Get(key, path => config.GetInt(path)), count => count > 0, "must be at least 1");

    public int CountOrOff(string key) => Check(key, Get(key, path => config.GetInt(path)), count => count >= 0, "must not be negative");

    public int Port(string key) => Check(key, Get(key, path => config.GetInt(path)), port => port is >= 0 and <= 65535, "must be a port, 0 to 65535");

    public int Bytes(string key, int least, int most) =>
        (int)Check(key, Get(key, path => config.GetByteSize(path) ?? -1), size => size >= least && size <= most, $"must be between {least} and {most} bytes");

    public long Size(string key) => Check(key, Get(key, path => config.GetByteSize(path) ?? -1), size => size >= 0, "must be a number of bytes");

    public bool Switch(string key) => Get(key, path => config.GetBoolean(path));

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

    public IPAddress Address(string key) => Get(key, path => IPAddress.Parse(config.GetString(path))) ?? IPAddress.None;

    /// <summary>A list in which each entry is read by <paramref name="read"/>, which throws on invalid values.</summary>
    public ImmutableArray<T> List<T>(string key, Func<string, T> read) =>
        Get(key, path => config.GetStringList(path).Select(read).ToImmutableArray()) is { IsDefault: false } list ? list : [];

    public AddressPolicy Addresses(string allow, string ports)
    {
        var numbers = List(ports, text => int.Parse(text, CultureInfo.InvariantCulture));
        return Get(allow, path => AddressPolicy.Read(config.GetStringList(path), numbers)) ?? AddressPolicy.PublicOnly;
    }

    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new ConfigurationException("Invalid settings: " + string.Join("; ", _faults));
        }
    }

    private static T Choose<T>(string text)
        where T : struct, Enum
    {
        var name = Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name is not null
            ? Enum.Parse<T>(name)
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
    }

    private T? Get<T>(string key, Func<string, T> read)
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
            _faults.Add($"{path}: {exception.Message}");
            return default;
        }
    }

    private T Check<T>(string key, T value, Predicate<T> isGood, string rule)
    {
        if (!isGood(value) && !_faults.Exists(fault => fault.StartsWith($"{root}.{key}:", StringComparison.Ordinal)))
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{root}.{key}: {value} {rule}"));
        }

        return value;
    }
}
