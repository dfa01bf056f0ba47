using System.Globalization;
using ActorTransfer.Actors.Settings;
using Microsoft.Extensions.Configuration;

namespace ActorTransfer.Hosting.Configuration;

/// <summary>Reads one account or proxy, and collects what is wrong.</summary>
/// <param name="section">Its section.</param>
/// <param name="faults">Gets the faults, each with its key.</param>
internal sealed class SectionFields(IConfigurationSection section, List<string> faults)
{
    private readonly List<string> _known = [];
    private readonly int _faultsBefore = faults.Count;

    /// <summary>Nothing was wrong so far.</summary>
    public bool IsUsable => faults.Count == _faultsBefore;

    public string? Text(string name) => Find(name) is { Value.Length: > 0 } found ? found.Value : null;

    /// <summary>A value that must be there.</summary>
    public T? Required<T>(string name, Func<string, T> parse, string example)
    {
        if (Text(name) is null)
        {
            faults.Add($"{Key(name)}: is missing (example: {example})");
            return default;
        }

        return Parse(name, parse, example);
    }

    /// <summary>The value; the default of its type if there is none or it is not valid.</summary>
    public T? Parse<T>(string name, Func<string, T> parse, string example) => Text(name) is { } text ? Parse(Key(name), text, parse, example) : default;

    /// <summary>The valid entries of a list.</summary>
    public List<T> List<T>(string name, Func<string, T> parse, string example)
        where T : class =>
        [.. (Find(name)?.GetChildren() ?? []).Select(entry => Parse(entry.Path, entry.Value ?? "", parse, example)).OfType<T>()];

    public TlsMode Tls(TlsMode usual) => Parse<TlsMode?>(
        "Tls", text => Enum.TryParse<TlsMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode) ? mode : throw new FormatException(),
        "one of required, starttls, direct, off") ?? usual;

    public int? Port() => Parse<int?>("Port", text => ushort.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is > 0 and var port
        ? port
        : throw new FormatException(), "5222");

    /// <summary>A secret, given as a value or as a file that has it in its first line.</summary>
    public string? Secret(string name)
    {
        var (text, file) = (Text(name), Text($"{name}File"));
        if ((text is null) == (file is null))
        {
            faults.Add($"{Key(name)}: either {name} or {name}File must be set");
            return null;
        }

        return text ?? Parse($"{name}File", path => File.ReadLines(path).FirstOrDefault() is { Length: > 0 } line
            ? line
            : throw new FormatException(), "a readable file that has it in its first line");
    }

    public void RefuseOthers()
    {
        foreach (var child in section.GetChildren().Where(child => !_known.Exists(known => IsSame(known, child.Key))))
        {
            faults.Add($"{child.Path}: unknown key; known are {string.Join(", ", _known.Distinct())}");
        }
    }

    /// <summary>Never quotes the value, which may be a secret.</summary>
    public void Fault(string problem) => faults.Add($"{section.Path}: {problem}");

    private T? Parse<T>(string key, string text, Func<string, T> parse, string example)
    {
        try
        {
            return parse(text);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or OverflowException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"{key}: '{text}' is not valid (example: {example})");
            return default;
        }
    }

    private IConfigurationSection? Find(string name)
    {
        _known.Add(name);
        return section.GetChildren().FirstOrDefault(child => IsSame(child.Key, name));
    }

    private string Key(string name) => Find(name)?.Path ?? $"{section.Path}:{name}";

    private static bool IsSame(string a, string b) => SettingKeys.Plain(a) == SettingKeys.Plain(b);
}
