using System.Text.Json;
using ActorTransfer.Cli;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>Invalid arguments of <c>send</c>, <c>receive</c> and <c>diagnose</c> lead to one line with a remedy and to no network connection.</summary>
public sealed class AccountOptionsSpec : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("'--to' is required", "send", "a.bin", "--account", "a@localhost")]
    [InlineData("'--account' is required", "send", "a.bin", "--to", "b@localhost/x")]
    [InlineData("'--into' is required", "receive", "--account", "a@localhost")]
    [InlineData("--speed is not an option; see 'actor-transfer send --help'", "send", "a.bin", "--speed=9", "--to", "b@c/d", "--account", "a@b")]
    [InlineData("--speed is not an option; see 'actor-transfer send --help'", "send", "a.bin", "--speed", "9")]
    [InlineData("-x is not an option; see 'actor-transfer receive --help'", "receive", "-x")]
    [InlineData("'bob' is a domain, not a user; write user@domain", "send", "a.bin", "--to", "bob", "--account", "a@localhost")]
    [InlineData("'bob' is a domain, not a user; write user@domain", "diagnose", "--to", "bob", "--account", "a@localhost")]
    [InlineData("'@' is not an XMPP address", "send", "a.bin", "--to", "@", "--account", "a@localhost")]
    [InlineData("'localhost' is not an account; write user@domain", "send", "a.bin", "--to", "b@localhost/x", "--account", "localhost")]
    [InlineData("'localhost/x' is not an account", "receive", "--into", "in", "--account", "localhost/x")]
    [InlineData("'0' is not a valid port (1 to 65535)", "receive", "--into", "in", "--account", "a@localhost", "--port", "0")]
    [InlineData("'-1' is not a valid port", "receive", "--into", "in", "--account", "a@localhost", "--port", "-1")]
    [InlineData("'dns' is not a valid address of a name server (examples: 192.0.2.53", "receive", "--into", "in", "--account", "a@b", "--name-server", "dns")]
    [InlineData("'0.0.0.0:53' is not a valid address of a name server", "receive", "--into", "in", "--account", "a@b", "--name-server", "0.0.0.0:53")]
    [InlineData("'on' is not a valid value of --tls (required, starttls, direct or off)", "receive", "--into", "in", "--account", "a@b", "--tls", "on")]
    [InlineData("'tcp' is not a valid value of --method (auto, direct, proxy, s5b or ibb)", "receive", "--into", "in", "--account", "a@b", "--method", "tcp")]
    [InlineData("exclude each other", "send", "a", "--to", "b@c/d", "--account", "a@b", "--method", "direct", "--no-direct")]
    [InlineData("'-1' is not a valid size (examples: 1GiB", "receive", "--into", "in", "--account", "a@localhost", "--max-size", "-1")]
    [InlineData("'0' is not a valid count (1 or more)", "receive", "--into", "in", "--account", "a@localhost", "--count", "0")]
    [InlineData("'-5s' is not a valid time (examples: 30s", "receive", "--into", "in", "--account", "a@localhost", "--timeout", "-5s")]
    [InlineData("'0' is not a valid time", "receive", "--into", "in", "--account", "a@localhost", "--timeout", "0")]
    [InlineData("'home' is not a valid network (loopback, private", "receive", "--into", "in", "--account", "a@b", "--allow-addresses", "private,home")]
    [InlineData("'12:34' is not a valid SHA-256 fingerprint: 64", "receive", "--into", "in", "--account", "a@b", "--pin-certificate", "12:34")]
    [InlineData("'a b@c' is not an XMPP address", "receive", "--into", "in", "--account", "a@b", "--from", "a b@c")]
    [InlineData("--tls off would send the password", "receive", "--into", "in", "--account", "a@b", "--tls", "off", "--host", "192.0.2.1")]
    [InlineData("password file cannot be read", "receive", "--into", "in", "--account", "a@b", "--password-file", "/nowhere/at.all")]
    [InlineData("certificates of --ca-file cannot be read", "receive", "--into", "in", "--account", "a@b", "--ca-file", "/nowhere/at.all")]
    [InlineData("no password for a@b: set ACTOR_TRANSFER_PASSWORD, give a file with --password-file", "receive", "--into", "in", "--account", "a@b/c")]
    public async Task Invalid_arguments_must_be_reported_in_one_line_with_valid_values(string words, params string[] args)
    {
        (await CliRun.RunAsync(args)).MustFail(ExitCode.Usage, words);

        var json = await CliRun.RunAsync([.. args, "--json"]);
        using var failed = JsonDocument.Parse(Assert.Single(json.OutLines));
        Assert.Equal(
            ("failed", "arguments", "local", "usage", 2),
            (Text(failed, "event"), Text(failed, "phase"), Text(failed, "side"), Text(failed, "reason"),
                failed.RootElement.GetProperty("exitCode").GetInt32()));
        Assert.Contains(words, Text(failed, "detail"));
    }

    [Fact]
    public async Task File_whose_name_begins_with_a_hyphen_must_be_sent_after_two_hyphens() =>
        (await CliRun.RunAsync(
            "send", "--to", "b@c/d", "--account", "a@b", "--password-file", _folder.File("password", "x"u8), "--", "--speed"))
            .MustFail(ExitCode.FileMissing, "--speed");

    [Fact]
    public async Task Help_must_be_printed_whatever_else_is_given() =>
        Assert.Equal(ExitCode.Done, (await CliRun.RunAsync("send", "--speed", "--help")).Code);

    [Fact]
    public async Task Empty_password_file_must_be_refused() =>
        (await CliRun.RunAsync("receive", "--into", _folder["in"], "--account", "a@b", "--password-file", _folder.File("empty", "\nsecond\n"u8)))
            .MustFail(ExitCode.Usage, "the first line");

    [Fact]
    public async Task File_without_certificates_must_be_refused() =>
        (await CliRun.RunAsync("receive", "--into", _folder["in"], "--account", "a@b", "--ca-file", _folder.File("text", "hello\n"u8)))
            .MustFail(ExitCode.Usage, "contains no certificate");

    [Fact]
    public async Task File_that_cannot_be_sent_must_be_reported_before_the_login()
    {
        var password = _folder.File("password", "x"u8);

        var run = await CliRun.RunAsync(
            "send", _folder["nowhere.bin"], _folder.Path, "--to", "b@localhost/x", "--account", "a@localhost", "--password-file", password, "--json");

        Assert.Equal((ExitCode.FileMissing, ""), (run.Code, run.Error));
        Assert.Equal(["file-missing 3", "file-is-folder 4"], run.OutLines.Select(line =>
        {
            using var failed = JsonDocument.Parse(line);
            Assert.Equal(("failed", "file", "local"), (Text(failed, "event"), Text(failed, "phase"), Text(failed, "side")));
            return $"{Text(failed, "reason")} {failed.RootElement.GetProperty("exitCode").GetInt32()}";
        }));
    }

    [Fact]
    public async Task File_in_place_of_the_target_folder_must_be_reported_before_the_login()
    {
        var file = _folder.File("in", "x"u8);

        (await CliRun.RunAsync("receive", "--into", file, "--account", "a@localhost", "--password-file", file))
            .MustFail(ExitCode.TargetUnwritable, "is a file");
    }

    [Theory]
    [InlineData("send", "--to", "--account", "--host", "--port", "--name-server", "--tls", "--method", "--proxy", "--no-direct", "--allow-addresses",
        "--timeout", "--json")]
    [InlineData("receive", "--into", "--account", "--host", "--port", "--tls", "--from", "--count", "--max-size", "--json", "--password-file")]
    public async Task Help_must_list_options_and_every_exit_code(string command, params string[] options)
    {
        var run = await CliRun.RunAsync(command, "--help");

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.All(options, option => Assert.Contains(option + " ", run.Out));
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Matches(@$"(?m)^ +{(int)code}  \w", run.Out));
    }

    private static string Text(JsonDocument json, string property) => json.RootElement.GetProperty(property).GetString()!;
}
