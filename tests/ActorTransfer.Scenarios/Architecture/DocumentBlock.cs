namespace ActorTransfer.Scenarios.Architecture;

/// <summary>A fenced block of a document.</summary>
/// <param name="Document">Path from the repository's root.</param>
/// <param name="Line">Line of its first line, from 1.</param>
/// <param name="Language">As written behind the fence; <c>sh</c> if nothing is.</param>
/// <param name="Text">Its lines.</param>
internal sealed record DocumentBlock(string Document, int Line, string Language, string Text)
{
    private const string Fence = "```";

    /// <summary>Documents of users and developers: the README, everything below <c>docs</c>, and notes of samples and benchmarks.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        .. new[] { "docs", "samples", "benchmarks" }.Select(folder => Path.Combine(Repository.Root, folder))
            .SelectMany(folder => Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/BenchmarkDotNet.Artifacts/", StringComparison.Ordinal))
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    public static IReadOnlyList<DocumentBlock> All { get; } = [.. Documents.SelectMany(Read)];

    /// <summary>Where it is: document and line.</summary>
    public string Place => $"{Document}:{Line}";

    /// <summary>The places of all blocks in these languages.</summary>
    public static TheoryData<string> Places(params string[] languages) =>
        [.. All.Where(block => languages.Contains(block.Language)).Select(block => block.Place)];

    public static DocumentBlock At(string place) => All.Single(block => block.Place == place);

    private static IEnumerable<DocumentBlock> Read(string document)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, document));
        for (var first = 0; first < lines.Length; first++)
        {
            if (!lines[first].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var language = lines[first].Trim()[Fence.Length..];
            var end = Array.FindIndex(lines, first + 1, line => line.Trim() == Fence);
            Assert.True(end > first, $"{document}:{first + 1}: the block is not closed.");
            yield return new DocumentBlock(document, first + 2, language.Length == 0 ? "sh" : language, string.Join('\n', lines[(first + 1)..end]));
            first = end;
        }
    }
}
