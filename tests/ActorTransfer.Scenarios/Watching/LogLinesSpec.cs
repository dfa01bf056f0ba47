using System.Reflection;
using System.Text.RegularExpressions;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Scenarios.Architecture;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>All lines of the log, and their table in <c>docs/operating.md</c>.</summary>
public sealed partial class LogLinesSpec
{
    private static readonly string s_document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md"));

    [Fact]
    public void Every_line_must_be_written_by_way_of_the_list_of_its_component()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj" or "ActorTransfer.Cli")).ToList();
        Assert.All(files, file => Assert.DoesNotMatch(DirectCall(), File.ReadAllText(file)));
        var definitions = files.Where(file => Definition().IsMatch(File.ReadAllText(file))).Select(file => Path.GetFileNameWithoutExtension(file));
        Assert.All(definitions, file => Assert.True(file.EndsWith("Log", StringComparison.Ordinal) || file == nameof(LogLimit), file));
        var text = string.Concat(files.Where(file => !file.EndsWith("Log.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        Assert.All(Lines().Where(line => line != LogLimit.Suppressed), line => Assert.Contains($"Log.{line.Name}", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Event_ids_and_names_must_be_unique()
    {
        var lines = Lines();
        Assert.Equal(lines.Count, lines.DistinctBy(line => line.Id).Count());
        Assert.Equal(lines.Count, lines.DistinctBy(line => line.Name).Count());
    }

    [Fact]
    public void Lines_must_be_those_of_the_tables() => Assert.Equal(
        Lines().Select(line => $"{line.Id} {line.Name} {LevelOf(line)} {line.Template}").Order(StringComparer.Ordinal),
        Row().Matches(s_document).Select(row => string.Join(' ', row.Groups.Values.Skip(1).Select(cell => cell.Value))).Order(StringComparer.Ordinal));

    [Fact]
    public void Properties_must_be_those_of_the_glossary()
    {
        var start = s_document.IndexOf("| Property | Meaning |", StringComparison.Ordinal);
        var glossary = s_document[start..s_document.IndexOf("\n\n", start, StringComparison.Ordinal)];
        var known = Word().Matches(glossary).Select(word => word.Groups["name"].Value).Where(word => char.IsUpper(word[0])).ToHashSet();
        var used = Lines().SelectMany(line => Placeholder().Matches(line.Template)).Select(hole => hole.Groups["name"].Value)
            .Concat(new LogScope(1, "1", "1", Jid.Parse("a@b")).Properties.Select(property => property.Key)).ToHashSet();
        Assert.Equal(known.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    private static string LevelOf(LogLine line) => $"{line.Level}".Replace("Level", "", StringComparison.Ordinal) is var level && level == "Info"
        ? "Information"
        : level;

    private static List<LogLine> Lines() =>
    [
        .. new[] { typeof(LogLine).Assembly, typeof(HostingLog).Assembly, typeof(ActorTransferCluster).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Log", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public))
            .Where(field => field.FieldType == typeof(LogLine))
            .Select(field => (LogLine)field.GetValue(null)!),
        LogLimit.Suppressed,
    ];

    [GeneratedRegex(@"[lL]og(ger\(\w*\))?\.(Debug|Info|Warning|Error|LogInformation|LogWarning|LogError)\(", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DirectCall();

    [GeneratedRegex(@"LogLine \w+ =", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Definition();

    [GeneratedRegex(@"^\| (\d{4}) \| `(\w+)` \| (\w+) \| ([^|]+) \|$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Za-z]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
