using System.CommandLine;
using System.Text.RegularExpressions;
using ActorTransfer.Cli;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>The commands of documents are valid: the command line has the options and accepts the values, projects, packages and scripts exist.</summary>
public sealed partial class DocumentedCommandsSpec
{
    /// <summary>Commands that these tests cannot check.</summary>
    private static readonly Dictionary<string, string> Foreign = new()
    {
        ["cd"] = "changes the folder; later paths are checked without it",
        ["curl"] = "is not part of the project; ServerSampleSpec makes the request of getting-started.md",
    };

    /// <summary>Templates of the SDK that documents begin with.</summary>
    private static readonly string[] Templates = ["console", "worker", "web"];

    private static readonly string[] Benchmarks = ["demo", "relay", "runtime", "load", "cluster-model"];

    private static readonly string Packages = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props"));

    public static TheoryData<string> Blocks => DocumentBlock.Places("sh");

    public static TheoryData<string> Documents => [.. DocumentBlock.Documents];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Commands_must_be_valid(string place)
    {
        var block = DocumentBlock.At(place);
        var commands = ShellCommand.Read(block.Text).ToList();
        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Null(Fault(command.Words)));
    }

    [Theory]
    [InlineData("./actor-transfer send a.bin --to bob@example.org --account alice@example.org --speed 9", "--speed")]
    [InlineData("./actor-transfer send a.bin --account alice@example.org", "--to")]
    [InlineData("./actor-transfer proxy --component proxy.example.org --server nowhere --secret-file s --listen 0.0.0.0:1", "nowhere")]
    [InlineData("dotnet run --project samples/None", "samples/None")]
    [InlineData("dotnet add package ActorTransfer.None", "ActorTransfer.None")]
    [InlineData("build/none.sh", "build/none.sh")]
    [InlineData("transmit a.bin", "'transmit'")]
    public void Invalid_command_must_be_reported(string line, string word) =>
        Assert.Contains(word, Fault(Assert.Single(ShellCommand.Read(line)).Words), StringComparison.Ordinal);

    /// <summary>Within a sentence a command need not be complete, but its options must exist.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void Commands_within_sentences_must_have_existing_options(string document) => Assert.All(
        InlineCommand().Matches(File.ReadAllText(Path.Combine(Repository.Root, document))),
        found =>
        {
            var words = Assert.Single(ShellCommand.Read(found.Groups["command"].Value)).Words;
            Assert.True(UnknownOption(words) is not { } unknown, $"{document}: `{found.Groups["command"]}` has no {UnknownOption(words)}.");
        });

    /// <summary>The unit starts the command line directly.</summary>
    [Fact]
    public void Command_of_the_systemd_unit_must_be_valid()
    {
        var unit = File.ReadAllText(Path.Combine(Repository.Root, "docs", "samples", "actor-transfer-proxy.service"));
        var start = Assert.Single(ShellCommand.Read(unit), command => command.Words is [var word, ..] && word.StartsWith("ExecStart=", StringComparison.Ordinal));
        Assert.EndsWith("/actor-transfer.dll", start.Words[1], StringComparison.Ordinal);
        Assert.Null(ParserFault(start.Words.Skip(2)));
    }

    private static string? Fault(IReadOnlyList<string> words) => words[0] switch
    {
        "./actor-transfer" or "actor-transfer" => ParserFault(words.Skip(1)),
        "./demo.sh" => ParserFault(words.Skip(1).Prepend("demo")),
        "dotnet" => DotnetFault(words),
        var script when script.EndsWith(".sh", StringComparison.Ordinal) => Missing(script),
        var program when Foreign.ContainsKey(program) => null,
        var program => $"'{program}' is not known to {nameof(DocumentedCommandsSpec)}; add it with a reason, or mark the block as text.",
    };

    private static string? ParserFault(IEnumerable<string> words)
    {
        var args = words.ToArray();
        return CommandLine.Fault(Parse(args), args);
    }

    private static ParseResult Parse(string[] args) => CommandLine.Parse(args, new Terminal(TextWriter.Null, TextWriter.Null, IsLive: false));

    private static string? DotnetFault(IReadOnlyList<string> words) => words.Skip(1).ToArray() switch
    {
        ["build" or "test" or "pack"] => null,
        ["new", var template, ..] => Templates.Contains(template) ? null : $"there is no template {template}",
        ["add", "reference", var project] => Missing(project.Replace("../ActorTransfer/", "", StringComparison.Ordinal)),
        ["add", "package", var package] =>
            Packages.Contains($"Include=\"{package}\"", StringComparison.Ordinal) ? null : $"{package} is not in Directory.Packages.props",
        ["publish", var project, ..] => Missing(project),
        ["run", .. var rest] => RunFault(rest),
        _ => $"{nameof(DocumentedCommandsSpec)} cannot check this",
    };

    private static string? RunFault(string[] words)
    {
        var arguments = words.SkipWhile(word => word != "--").Skip(1).ToArray();
        return Array.IndexOf(words, "--project") is var at and >= 0 ? words[at + 1] switch
        {
            "src/ActorTransfer.Cli" => ParserFault(arguments),
            "benchmarks/ActorTransfer.Benchmarks" => Benchmarks.Append("--filter").Contains(arguments[0]) ? null : $"there is no benchmark {arguments[0]}",
            var project => Missing(project),
        } : null; // the reader's own project
    }

    private static string? Missing(string path) =>
        Path.Combine(Repository.Root, path) is var full && (File.Exists(full) || Directory.Exists(full)) ? null : $"{path} does not exist";

    private static string? UnknownOption(IReadOnlyList<string> words)
    {
        var args = words[0].EndsWith("demo.sh", StringComparison.Ordinal) ? ["demo", .. words.Skip(1)] : words.Skip(1).ToArray();
        if (args is [] or ["COMMAND", ..])
        {
            return null;
        }

        var parsed = Parse(args);
        return args[0].StartsWith('-') || parsed.CommandResult.Command.Name == args[0] ? CommandLine.UnknownOption(parsed, args) : $"command {args[0]}";
    }

    [GeneratedRegex("`(?<command>(\\./)?(actor-transfer|demo\\.sh) [^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InlineCommand();
}
