using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ActorTransfer.Cli;

namespace ActorTransfer.Scenarios.Cli;

/// <summary><c>actor-transfer demo</c> inside the test's process.</summary>
public sealed class DemoSpec : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(152_443)]
    [InlineData(3_000_001)]
    public async Task Given_file_must_arrive_in_the_given_folder_with_both_hashes_printed(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        var file = _folder.File("img0545.png", bytes);

        var run = await CliRun.RunAsync("demo", file, "--into", _folder["in"]);

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["in/img0545.png"]));
        Assert.Equal(["img0545.png"], Directory.GetFileSystemEntries(_folder["in"]).Select(Path.GetFileName));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Contains($"sent      SHA-256 {hash}", run.OutLines);
        Assert.Contains($"received  SHA-256 {hash}", run.OutLines);
        Assert.Contains($"size      {size} bytes", run.OutLines);
    }

    [Fact]
    public async Task Ladder_must_show_the_stanzas_of_the_specification_in_order()
    {
        var run = await CliRun.RunAsync("demo", _folder.File("a.bin", new byte[100_000]), "--signalling", "si");

        var ladder = run.OutLines.Select(line => Regex.Match(line, @"^ *(\d+) +[\d.]+  (\S+) -> (\S+) +(.*)$"))
            .Where(match => match.Success)
            .Select(match => (Number: match.Groups[1].Value, Step: $"{match.Groups[2].Value} {match.Groups[3].Value} {match.Groups[4].Value}"))
            .ToArray();
        Assert.Equal(Enumerable.Range(1, ladder.Length).Select(number => number.ToString()), ladder.Select(line => line.Number));
        string[] expected =
        [
            "sender receiver iq set: SI offer a.bin, 100000 bytes",
            "receiver sender iq result: SI accept bytestreams",
            "sender server iq get: disco#items?",
            "server sender iq result: disco#items, 1 of them",
            "sender proxy.localhost iq get: disco#info?",
            "proxy.localhost sender iq result: disco#info proxy/bytestreams",
            "sender proxy.localhost iq get: proxy address?",
            "proxy.localhost sender iq result: streamhost proxy.localhost at 127.0.0.1:PORT",
            "sender receiver iq set: streamhost proxy.localhost at 127.0.0.1:PORT",
            "receiver sender iq result: streamhost-used proxy.localhost",
            "sender proxy.localhost iq set: activate",
            "proxy.localhost sender iq result: ok",
        ];
        Assert.Equal(expected, ladder.Select(line => Regex.Replace(line.Step, @":\d+$", ":PORT")));
    }

    /// <summary>Without the option it is used because the receiver advertises it.</summary>
    [Theory]
    [InlineData]
    [InlineData("--signalling", "jingle")]
    public async Task Ladder_of_a_jingle_session_must_show_its_stanzas(params string[] options)
    {
        var run = await CliRun.RunAsync(["demo", _folder.File("a.bin", new byte[100_000]), .. options]);

        var ladder = string.Join('\n', run.OutLines.Select(line => Regex.Match(line, @"^ *\d+ +[\d.]+  (\S+ -> \S+ +.*)$").Groups[1].Value));
        string[] expected =
        [
            @"sender +-> receiver +iq set: Jingle session-initiate: a.bin, 100000 bytes; p\d+ proxy 127.0.0.1:\d+",
            "receiver +-> sender +iq result: ok",
            "receiver +-> sender +iq set: Jingle session-accept: a.bin, 100000 bytes; ",
            @"iq set: Jingle transport-info: candidate-used p\d+",
            "sender +-> proxy.local.* iq set: activate",
            @"sender +-> receiver +iq set: Jingle transport-info: activated p\d+",
            "sender +-> receiver +iq set: Jingle session-info: checksum sha-256",
            "receiver +-> sender +iq set: Jingle session-info: received",
            "receiver +-> sender +iq set: Jingle session-terminate: success",
        ];
        foreach (var line in expected)
        {
            Assert.Matches(line, ladder);
        }

        Assert.Equal(options.Length == 0, Regex.IsMatch(ladder, @"sender +-> receiver +iq get: disco#info\?"));
    }

    [Theory]
    [InlineData("si", "Offer Accepted ProxyDiscovered StreamhostSent Connected Activated Completed", "Offer Accepted StreamhostReceived Connected Activated Completed")]
    [InlineData("auto", "Offer StreamhostSent Connected Activated Verifying Completed", "Offer Accepted StreamhostReceived Connected Activated Verifying Completed")]
    public async Task Ladder_must_show_the_states_that_both_sides_enter(string signalling, string ofSender, string ofReceiver)
    {
        var run = await CliRun.RunAsync("demo", "--size", "5MB", "--signalling", signalling);

        // A file that is complete at the first progress report never enters the state Streaming.
        string[] States(string who) =>
        [
            .. run.OutLines.Select(line => Regex.Match(line, @$"\* {who} enters (\w+)$")).Where(match => match.Success)
                .Select(match => match.Groups[1].Value).Where(state => state != "Streaming"),
        ];
        Assert.Equal((ofSender, ofReceiver), (string.Join(' ', States("sender")), string.Join(' ', States("receiver"))));
    }

    [Fact]
    public async Task Output_that_is_not_a_terminal_must_get_plain_lines()
    {
        using var process = new CliProcess("demo", "--size", "8MiB"); // its own memory, not that of all tests before it

        var (code, output, _) = await process.EndAsync();

        Assert.Equal((int)ExitCode.Done, code);
        Assert.DoesNotContain('\e', output);
        Assert.DoesNotContain('\r', output);
        var lines = output.Split('\n');
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^ *\d+ %  .* of 8.39 MB"));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^rate      [\d.]+ MB/s \([\d.]+ s\)$"));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^memory    [\d.]+ MB at most$"));
    }

    [Fact]
    public async Task Existing_file_must_not_be_overwritten()
    {
        var file = _folder.File("a.bin", [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(_folder.Folder("in"), "a.bin"), [9]);

        var run = await CliRun.RunAsync("demo", file, "--into", _folder["in"]);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal([9], File.ReadAllBytes(_folder["in/a.bin"]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder["in/a (2).bin"]));
    }

    [Fact]
    public async Task Missing_file_must_be_reported() =>
        (await CliRun.RunAsync("demo", _folder["nowhere.bin"])).MustFail(ExitCode.FileMissing, $"{_folder["nowhere.bin"]} does not exist");

    [Fact]
    public async Task File_in_a_missing_folder_must_be_reported() =>
        (await CliRun.RunAsync("demo", _folder["nowhere/at.all"])).MustFail(ExitCode.FileMissing, "does not exist");

    [Fact]
    public async Task Folder_must_be_refused() => (await CliRun.RunAsync("demo", _folder.Path)).MustFail(ExitCode.FileIsFolder, "is a folder");

    [Fact]
    public async Task Device_must_be_refused() => (await CliRun.RunAsync("demo", "/dev/zero")).MustFail(ExitCode.FileNotRegular, "is a device");

    [Fact]
    public async Task Circular_link_must_be_refused_as_unreadable()
    {
        File.CreateSymbolicLink(_folder["loop"], _folder["loop"]);

        (await CliRun.RunAsync("demo", _folder["loop"])).MustFail(ExitCode.FileUnreadable, "cannot be read");
    }

    [Fact]
    public async Task File_in_place_of_the_target_folder_must_be_refused()
    {
        var file = _folder.File("a.bin", [1]);

        (await CliRun.RunAsync("demo", file, "--into", file)).MustFail(ExitCode.TargetUnwritable, "is a file");
    }

    [Theory]
    [InlineData("--size and FILE exclude each other", "demo", "a.bin", "--size", "1")]
    [InlineData("'1XiB' is not a valid size", "demo", "--size", "1XiB")]
    [InlineData("'-1' is not a valid size", "demo", "--size=-1")]
    [InlineData("go together", "demo", "--server", "127.0.0.1:1")]
    [InlineData("go together", "demo", "--domain", "example.org")]
    [InlineData("'127.0.0.1:99999' is not a valid address with a port", "demo", "--server", "127.0.0.1:99999", "--component", "a.b", "--secret-file", "s")]
    [InlineData("'a@b' is not a valid domain", "demo", "--server", "127.0.0.1:1", "--component", "a@b", "--secret-file", "s")]
    [InlineData("secret file cannot be read", "demo", "--server", "127.0.0.1:1", "--component", "a.b", "--secret-file", "/nowhere")]
    [InlineData("", "demo", "one", "two")]
    [InlineData("", "nonsense")]
    [InlineData("")]
    public async Task Invalid_arguments_must_be_refused(string words, params string[] args) =>
        (await CliRun.RunAsync(args)).MustFail(ExitCode.Usage, words);

    [Fact]
    public async Task Server_that_is_not_running_must_be_reported_in_one_line()
    {
        var secret = _folder.File("secret", "x"u8);

        var run = await CliRun.RunAsync("demo", "--server", "127.0.0.1:1", "--component", "files.localhost", "--secret-file", secret);

        run.MustFail(ExitCode.ServerUnreachable, "cannot connect to 127.0.0.1:1");
    }

    [Fact]
    public async Task Help_must_list_every_exit_code()
    {
        var run = await CliRun.RunAsync("demo", "--help");

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        foreach (var code in Enum.GetValues<ExitCode>())
        {
            Assert.Matches(@$"(?m)^ +{(int)code}  \w", run.Out);
        }
    }
}
