using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorTransfer.Actors.Settings;

/// <summary>The keys that exist: those of <c>hocon/reference.conf</c>.</summary>
internal static class SettingKeys
{
    private const string AkkaSection = "akka";

    /// <summary>Paths of all settings below <see cref="EngineSettings.Root"/>, such as <c>transfers.max-active</c>.</summary>
    public static ImmutableArray<string> All { get; } = [.. Paths("", EngineSettings.Reference.GetValue(EngineSettings.Root)).Order(StringComparer.Ordinal)];

    /// <summary>What is wrong with the keys of a configuration: a misspelt limit would not be applied.</summary>
    public static IEnumerable<string> Unknown(Config hocon) => hocon.IsEmpty
        ? []
        : hocon.Root.GetObject().Items.SelectMany(item => item.Key switch
        {
            EngineSettings.Root => Unknown(item.Value, EngineSettings.Reference.GetValue(EngineSettings.Root), EngineSettings.Root),
            AkkaSection => [],
            _ => [$"{item.Key}: unknown key; all keys are below {EngineSettings.Root}"],
        });

    /// <summary>The known key that is most similar, in the same section or else anywhere.</summary>
    /// <param name="section">Path of the section; empty = the root.</param>
    /// <param name="key">A key that does not exist there.</param>
    /// <param name="others">Other names that are known in the section.</param>
    public static string Nearest(string section, string key, params ReadOnlySpan<string> others)
    {
        var prefix = section.Length == 0 ? "" : section + ".";
        var moved = All.FirstOrDefault(path => Plain(path[(path.LastIndexOf('.') + 1)..]) == Plain(key));
        string[] siblings =
        [
            .. All.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).Select(path => prefix + path[prefix.Length..].Split('.')[0]).Distinct(),
            .. others,
        ];
        var nearest = siblings.MinBy(path => Distance(Plain(path[prefix.Length..]), Plain(key)))!;
        return moved is not null && Distance(Plain(nearest[prefix.Length..]), Plain(key)) > 2 ? moved : nearest;
    }

    /// <summary>Without what differs between notations: <c>max-active</c>, <c>MaxActive</c>, <c>MAX_ACTIVE</c>.</summary>
    public static string Plain(string key) => key.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Akka does not take an empty list for an array.</summary>
    public static bool IsList(HoconValue value) => !value.IsString() && value.GetObject() is null;

    private static IEnumerable<string> Paths(string prefix, HoconValue value) => value.GetObject() is { } section
        ? section.Items.SelectMany(item => Paths(prefix.Length == 0 ? item.Key : $"{prefix}.{item.Key}", item.Value))
        : [prefix];

    private static IEnumerable<string> Unknown(HoconValue value, HoconValue known, string path) =>
        value.GetObject() is { } items && known.GetObject() is not null
        ? items.Items.SelectMany(item => known.GetChildObject(item.Key) is { } next
            ? Unknown(item.Value, next, $"{path}.{item.Key}")
            : [$"{path}.{item.Key}: unknown key; the nearest is {EngineSettings.Root}.{Nearest(Below(path), item.Key)}"])
        : [];

    private static string Below(string path) => path.Length > EngineSettings.Root.Length ? path[(EngineSettings.Root.Length + 1)..] : "";

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
