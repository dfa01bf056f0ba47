using System.Runtime.CompilerServices;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cli;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Scenarios.Cli;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>The operators' page describes every option, setting, refusal and exit code.</summary>
public sealed class ProxyDocsSpec
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Folder(), "proxy.md"));

    [Fact]
    public void Every_setting_must_be_described()
    {
        var keys = EngineSettings.Reference.GetValue("actor-transfer.proxy").GetObject().Items.Keys;
        Assert.All(keys, key => Assert.Contains($"`{key}`", Page));
    }

    [Fact]
    public void Every_reason_of_a_refusal_must_be_described() =>
        Assert.All(Enum.GetValues<ProxyRefusal>().Where(reason => reason != ProxyRefusal.None), reason => Assert.Contains($"`{reason.Name()}`", Page));

    [Fact]
    public async Task Every_option_must_be_described()
    {
        var help = await CliRun.RunAsync("proxy", "--help");
        var options = help.OutLines.Select(line => line.Trim().Split(' '))
            .SelectMany(words => words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).Take(1))
            .Select(word => word.TrimEnd(',', ';', '.')).Where(word => word != "--help").Distinct();
        Assert.All(options, option => Assert.Contains($"`{option}", Page));
    }

    [Theory]
    [InlineData(ExitCode.ServerRefused)]
    [InlineData(ExitCode.CannotListen)]
    [InlineData(ExitCode.Usage)]
    public void Exit_codes_must_be_described(ExitCode code) => Assert.Matches($@"(?m)^\| {(int)code} \|", Page);

    [Fact]
    public void Samples_must_exist() =>
        Assert.All(
            new[] { "prosody.cfg.lua", "ejabberd.yml", "openfire.md", "actor-transfer-proxy.service" },
            sample =>
                Assert.True(File.Exists(Path.Combine(Folder(), "samples", sample)) && Page.Contains($"samples/{sample}", StringComparison.Ordinal), sample));

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs");
}
