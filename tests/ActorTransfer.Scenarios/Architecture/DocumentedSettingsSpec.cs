using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Hosting.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>Settings in documents exist and have valid values, and every block is in a language that is checked.</summary>
public sealed partial class DocumentedSettingsSpec
{
    private static readonly string[] Checked = ["csharp", "sh", "hocon", "json"];

    /// <summary>Blocks that are neither code nor commands.</summary>
    private static readonly (string Document, string Reason)[] Texts =
    [
        ("docs/architecture.md", "the tree of actors"),
        ("docs/cluster.md", "code that needs packages which only the reader has; tables of benchmarks"),
        ("docs/operating.md", "the listing of counters, which CounterListingSpec makes"),
    ];

    public static TheoryData<string> HoconBlocks => DocumentBlock.Places("hocon");

    public static TheoryData<string> Documents => [.. DocumentBlock.Documents];

    [Fact]
    public void Every_block_must_be_in_a_language_that_is_checked() => Assert.All(
        DocumentBlock.All,
        block => Assert.True(
            Checked.Contains(block.Language) || (block.Language == "text" && Array.Exists(Texts, text => text.Document == block.Document)),
            $"{block.Place}: '{block.Language}' is not checked; a block of text needs a reason in {nameof(DocumentedSettingsSpec)}."));

    [Theory]
    [MemberData(nameof(HoconBlocks))]
    public void Hocon_must_have_known_keys_and_valid_values(string place)
    {
        var hocon = HoconText.Parse(DocumentBlock.At(place).Text);
        Assert.Equal([EngineSettings.Root], hocon.Root.GetObject().Items.Keys.Except(["akka"]));
        Assert.All(Keys(hocon.GetValue(EngineSettings.Root), EngineSettings.Root), key => Assert.True(EngineSettings.Reference.HasPath(key), key));
        Assert.NotNull(EngineSettings.Read(hocon));
    }

    /// <summary>The section ActorTransfer is read as an application reads it, with an existing file in place of each secret.</summary>
    [Fact]
    public void Json_must_be_valid_and_have_known_keys_and_valid_values()
    {
        using var folder = new TestFolder();
        var secret = folder.File("secret", "open sesame"u8);
        Assert.All(DocumentBlock.All.Where(block => block.Language == "json"), block =>
        {
            Assert.NotNull(JsonDocument.Parse(block.Text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }));
            var json = SecretFile().Replace(block.Text, $"\"{secret}\"");
            var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
            Assert.NotNull(EngineSetup.Read(new ActorTransferOptions().WithConfiguration(configuration.GetSection("ActorTransfer"))));
        });
    }

    /// <summary>Keys as sentences name them: <c>transfers.max-active</c> or <c>stream-host.enabled = on</c>.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void Keys_within_sentences_must_exist(string document)
    {
        var sections = EngineSettings.Reference.GetValue(EngineSettings.Root).GetObject().Items.Keys.ToHashSet();
        var keys = InlineKey().Matches(File.ReadAllText(Path.Combine(Repository.Root, document))).Select(found => found.Groups["key"].Value)
            .Where(key => sections.Contains(key.Split('.')[0]) && !key.EndsWith(".example.org", StringComparison.Ordinal))
            .Where(key => !key.EndsWith(".md", StringComparison.Ordinal) && !key.EndsWith(".conf", StringComparison.Ordinal));
        Assert.All(keys, key => Assert.True(EngineSettings.Reference.HasPath($"{EngineSettings.Root}.{key}"), $"{document} names the unknown key {key}."));
    }

    private static IEnumerable<string> Keys(HoconValue value, string path) => value.IsObject()
        ? value.GetObject().Items.SelectMany(item => Keys(item.Value, $"{path}.{item.Key}"))
        : [path];

    [GeneratedRegex("\"/run/secrets/[a-z]+\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretFile();

    [GeneratedRegex(@"`(actor-transfer\.)?(?<key>[a-z0-9-]+(\.[a-z0-9-]+)+)( = [^`]*)?`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InlineKey();
}
