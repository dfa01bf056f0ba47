using System.Globalization;
using ActorTransfer.Actors.Settings;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace ActorTransfer.Hosting.Configuration;

/// <summary>
/// Maps a section of the application's configuration onto the keys of <c>hocon/reference.conf</c>. A key may be written as there (<c>max-active</c>) or as in
/// .NET (<c>MaxActive</c>).
/// </summary>
internal sealed class SectionSettings
{
    private readonly Dictionary<string, string> _keys = [];
    private readonly List<string> _faults = [];
    private readonly string _root;

    private SectionSettings(string root) => _root = root;

    /// <summary>The settings.</summary>
    public Config Hocon { get; private set; } = ConfigurationFactory.Empty;

    /// <summary>What is wrong with the keys; values are checked later.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <param name="section">The section; null = there is none.</param>
    public static SectionSettings Read(IConfiguration? section)
    {
        var settings = new SectionSettings((section as IConfigurationSection)?.Path ?? "");
        if (section is null)
        {
            return settings;
        }

        var known = EngineSettings.Reference.GetValue(EngineSettings.Root).GetObject();
        var target = new HoconObject();
        settings.Map(section.GetChildren().Where(child => !SectionAccounts.Names.Contains(child.Key)), known, "", target);
        var root = new HoconObject();
        root.Items[EngineSettings.Root] = Value(target);
        settings.Hocon = new Config(new HoconRoot(Value(root)));
        return settings;
    }

    /// <summary>How the application wrote a HOCON path; null = it has not set it.</summary>
    public string? KeyOf(string path) => _keys.GetValueOrDefault(path);

    /// <summary>How it could write one.</summary>
    public string NameOf(string path) => string.Join(':', path.Split('.').Select(Pascal).Prepend(_root).Where(part => part.Length > 0));

    private void Map(IEnumerable<IConfigurationSection> children, HoconObject known, string path, HoconObject target)
    {
        foreach (var child in children)
        {
            var key = known.Items.Keys.FirstOrDefault(key => SettingKeys.Plain(key) == SettingKeys.Plain(child.Key));
            var full = path.Length == 0 ? key : $"{path}.{key}";
            if (key is null)
            {
                string[] others = path.Length == 0 ? [.. SectionAccounts.Names] : [];
                _faults.Add($"{child.Path}: unknown key; the nearest is {NameOf(SettingKeys.Nearest(path, child.Key, others))}");
            }
            else if (target.Items.ContainsKey(key))
            {
                _faults.Add($"{child.Path}: this key is given twice, in two notations");
            }
            else if (known.Items[key] is var value && value.GetObject() is { } section)
            {
                MapSection(child, section, full!, key, target);
            }
            else if ((SettingKeys.IsList(value) ? List(child) : Scalar(child)) is { } literal)
            {
                _keys[$"{EngineSettings.Root}.{full}"] = child.Path;
                target.Items[key] = literal;
            }
        }
    }

    private void MapSection(IConfigurationSection child, HoconObject known, string path, string key, HoconObject target)
    {
        if (child.Value is { Length: > 0 })
        {
            var example = SettingKeys.All.First(one => one.StartsWith(path + ".", StringComparison.Ordinal));
            _faults.Add($"{child.Path}: '{child.Value}' is not a section (example: {NameOf(example)})");
            return;
        }

        var section = new HoconObject();
        Map(child.GetChildren(), known, path, section);
        target.Items[key] = Value(section);
    }

    private HoconValue? Scalar(IConfigurationSection child)
    {
        if (child.GetChildren().Any())
        {
            _faults.Add($"{child.Path}: must be one value, not a section or a list");
            return null;
        }

        // JSON's true and false arrive with a capital letter; null means that the key is not set.
        return child.Value is { } text ? Value(bool.TryParse(text, out var isOn) ? (isOn ? "on" : "off") : text) : null;
    }

    private HoconValue? List(IConfigurationSection child)
    {
        var entries = child.GetChildren().ToList();
        if (child.Value is { Length: > 0 } || entries.Exists(entry => !int.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            _faults.Add($"{child.Path}: must be a list (example: {child.Path}:0)");
            return null;
        }

        var array = new HoconArray();
        array.AddRange(entries.Select(entry => Value(entry.Value ?? "")));
        return Value(array);
    }

    private static HoconValue Value(IHoconElement element)
    {
        var value = new HoconValue();
        value.AppendValue(element);
        return value;
    }

    private static HoconValue Value(string text) => Value(new HoconLiteral { Value = text });

    private static string Pascal(string key) => string.Concat(key.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
