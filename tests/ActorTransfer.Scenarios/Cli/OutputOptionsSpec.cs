using System.Text.RegularExpressions;
using ActorTransfer.Cli;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Cli;

/// <summary><c>--quiet</c> and <c>--log</c>.</summary>
public sealed class OutputOptionsSpec : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quiet_command_must_print_nothing_when_it_succeeds_and_log_to_the_file()
    {
        var log = _folder.File("log.txt", "earlier\n"u8);

        var run = await CliRun.RunAsync("demo", "--size", "1MiB", "--quiet", "--log", log);

        Assert.Equal((ExitCode.Done, "", ""), (run.Code, run.Out, run.Error));
        var lines = await File.ReadAllLinesAsync(log);
        Assert.Equal("earlier", lines[0]);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d INF ActorTransfer\.", lines[1]);
        Assert.Matches(new Regex("Transfer [^ ]+ ended: "), string.Join('\n', lines));
    }

    [ProsodyFact]
    public async Task Quiet_command_must_print_its_failure()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });

        var run = await CliRun.RunAsync(
            "send", _folder.File("a.bin", "abc"u8), "--to", "bob@localhost/nowhere", "--account", "alice@localhost", "--host", "127.0.0.1",
            "--port", $"{server.ClientPort}", "--tls", "off", "--password-file", server.PasswordFile("alice"), "-q");

        Assert.Equal("", run.Out);
        run.MustFail(ExitCode.PeerUnavailable, "service-unavailable");
    }

    [Theory]
    [InlineData("--quiet and --json exclude each other", "-q", "--json")]
    [InlineData("--quiet and --verbose exclude each other", "--quiet", "-v")]
    [InlineData("the log file cannot be written", "--log", "/nowhere/at/all.log")]
    public async Task Unusable_options_must_be_reported(string words, params string[] options)
    {
        (await CliRun.RunAsync(["receive", "--into", _folder["in"], "--account", "a@localhost", "--password-file", _folder.File("p", "x"u8), .. options]))
            .MustFail(ExitCode.Usage, words);
    }
}
