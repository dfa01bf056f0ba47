using System.Text.RegularExpressions;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>The README is short, and the files that documents refer to exist.</summary>
public sealed partial class DocumentationSpec
{
    private static readonly string s_docs = Path.Combine(Repository.Root, "docs");

    public static TheoryData<string> Documents => [.. DocumentBlock.Documents];

    [Fact]
    public void The_README_must_have_fewer_than_120_lines() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Length, 1, 119);

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_must_refer_to_existing_files_and_headings(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, document));
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        Assert.All(Link().Matches(text).Where(link => !link.Value.Contains("://", StringComparison.Ordinal)), link =>
        {
            var target = Path.GetFullPath(Path.Combine(folder, link.Groups["path"].Value));
            Assert.True(File.Exists(target) || Directory.Exists(target), link.Value);
            if (link.Groups["heading"] is { Success: true, Value: var heading })
            {
                Assert.Contains(heading, Heading().Matches(File.ReadAllText(target)).Select(found => Anchor(found.Groups["text"].Value)));
            }
        });
    }

    /// <summary>The table of specifications names folders and files without <c>src/ActorTransfer.</c> or <c>tests/ActorTransfer.</c>.</summary>
    [Fact]
    public void Folders_of_the_specifications_must_exist()
    {
        var paths = ProjectPath().Matches(File.ReadAllText(Path.Combine(s_docs, "protocols.md"))).Select(path => path.Groups["path"].Value).ToList();
        Assert.NotEmpty(paths);
        Assert.All(paths, path =>
        {
            var isTest = path.Contains("Tests/", StringComparison.Ordinal) || path.StartsWith("Scenarios/", StringComparison.Ordinal);
            var full = Path.Combine(Repository.Root, isTest ? "tests" : "src", "ActorTransfer." + path);
            Assert.NotEmpty(Directory.GetFileSystemEntries(Path.GetDirectoryName(full)!, Path.GetFileName(full)));
        });
    }

    /// <summary>Troubleshooting, security and Jingle name the tests of their claims: <c>Class.Method</c>, or the class alone.</summary>
    [Theory]
    [InlineData("troubleshooting.md")]
    [InlineData("security.md")]
    [InlineData("jingle.md")]
    public void Named_tests_must_exist(string document)
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetFileNameWithoutExtension(file)).ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)));
        var names = TestName().Matches(File.ReadAllText(Path.Combine(s_docs, document)));
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches($@"\b{name.Groups["method"].Value}\b", sources.GetValueOrDefault(name.Groups["type"].Value, "")));
    }

    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(sign => char.IsLetterOrDigit(sign) || sign is ' ' or '-')).Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<path>[^)#]+)(#(?<heading>[^)]+))?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<type>[A-Z]\w+(Specs?|Tests))(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TestName();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"`(?<path>(Protocol|Transports|Actors|Cli|Scenarios)(\.Tests)?/[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProjectPath();
}
