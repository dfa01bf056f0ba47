using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ActorTransfer.Cli;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>The command line as a process: exit codes, signals and leftovers.</summary>
public sealed class ProcessSpec : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>.NET replaces invalid UTF-8 in arguments by U+FFFD, so that another file would be opened.</summary>
    [Theory]
    [InlineData("send", "--to", "bo@south.example/x", 3)]
    [InlineData("receive", "--into=none", "--ca-file", 2)]
    [InlineData("receive", "--count=1", "--into", 2)]
    public async Task Name_that_is_not_UTF_8_must_be_reported_as_such(string command, string first, string second, int code)
    {
        await File.WriteAllTextAsync(_folder["password"], "p");
        string[] before = ["sh", "-c", "exec \"$@\" \"$(printf 'latin\\344.txt')\"", "sh"];
        using var run = new CliProcess(before, command, "--account", "a@b.example", "--password-file", _folder["password"], first, second);
        var (actual, _, error) = await run.EndAsync();
        Assert.Contains("is not valid UTF-8", error, StringComparison.Ordinal);
        Assert.Equal(code, actual);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2.5MiB")]
    public async Task Generated_file_must_arrive_without_leftovers(string size)
    {
        using var process = new CliProcess("demo", "--size", size);

        var (code, output, error) = await process.EndAsync();

        Assert.Equal((0, ""), (code, error));
        var hashes = Regex.Matches(output, "SHA-256 ([0-9a-f]{64})").Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(2, hashes.Length);
        Assert.Equal(hashes[0], hashes[1]);
        Assert.Empty(process.Leftovers);
    }

    [Fact]
    public async Task Missing_file_must_lead_to_one_line_and_an_exit_code()
    {
        using var process = new CliProcess("demo", _folder["nowhere.bin"]);

        var (code, _, error) = await process.EndAsync();

        Assert.Equal(((int)ExitCode.FileMissing, $"actor-transfer: {_folder["nowhere.bin"]} does not exist\n"), (code, error));
    }

    [Theory]
    [InlineData("büro@localhost/x")]
    [InlineData("bob@münchen.example/x")]
    [InlineData("bob@xn--mnchen-3ya.example/x")]
    [InlineData("bob@localhost/Büro")]
    public async Task Process_without_Unicode_normalization_must_refuse_addresses_that_need_it(string to)
    {
        using var process = new CliProcess(
            ["env", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"], "send", _folder["f"], "--to", to, "--account", "ada@localhost/x");

        var (code, _, error) = await process.EndAsync();

        Assert.NotEqual(0, code);
        Assert.Contains("install ICU (libicu) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", error);
    }

    [Fact]
    public async Task Pipe_must_be_refused_without_waiting_for_its_writer()
    {
        using (var mkfifo = Process.Start("mkfifo", _folder["pipe"]))
        {
            await mkfifo.WaitForExitAsync();
            Assert.Equal(0, mkfifo.ExitCode);
        }

        using var process = new CliProcess("demo", _folder["pipe"]);

        var (code, _, error) = await process.EndAsync();

        Assert.Equal((int)ExitCode.FileNotRegular, code);
        Assert.Contains("is a pipe", error);
    }

    [Theory]
    [InlineData(CliProcess.Interrupt)]
    [InlineData(CliProcess.Terminate)]
    public async Task Signal_must_end_both_sides_and_leave_no_file(int signal)
    {
        using (var large = File.Create(_folder["large.bin"]))
        {
            large.SetLength(20L << 30); // sparse: uses no space, and its transfer takes longer than the signal
        }

        using var process = new CliProcess("demo", _folder["large.bin"], "--into", _folder["in"]);
        await process.LineAsync(line => line.Contains('%'));
        Assert.NotEmpty(Directory.GetFileSystemEntries(_folder["in"]));

        process.Signal(signal);
        var (code, output, error) = await process.EndAsync();

        Assert.Equal(((int)ExitCode.Interrupted, 1), (code, error.Count(sign => sign == '\n')));
        Assert.Contains("* sender enters Cancelled", output);
        Assert.Contains("* receiver enters Cancelled", output);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["in"]));
        Assert.Empty(process.Leftovers);
    }

    [SmallDiskFact]
    public async Task Full_disk_must_lead_to_one_line_an_exit_code_and_no_partial_file()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.Folder("in"), 768);
        var file = _folder.File("a.bin", RandomNumberGenerator.GetBytes(5_000_000));
        using var process = new CliProcess("demo", file, "--into", _folder["in"]);

        var (code, _, error) = await process.EndAsync();

        Assert.Equal(((int)ExitCode.NoSpace, 1), (code, error.Count(sign => sign == '\n')));
        Assert.Contains("No space left", error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["in"]));
    }

    [Fact]
    public async Task File_above_the_largest_size_of_the_process_must_lead_to_one_line_and_an_exit_code()
    {
        var file = _folder.File("a.bin", RandomNumberGenerator.GetBytes(5_000_000));
        string[] limited = ["env", "DOTNET_EnableWriteXorExecute=0", "prlimit", "--fsize=700000"]; // the runtime's code heap is a large file otherwise
        using var process = new CliProcess(limited, "demo", file, "--into", _folder["in"]);

        var (code, _, error) = await process.EndAsync();

        Assert.Equal(((int)ExitCode.TargetUnwritable, 1), (code, error.Count(sign => sign == '\n')));
        Assert.Contains("too large", error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["in"]));
    }

    [OtherUserFact]
    public async Task Unreadable_file_must_lead_to_one_line_and_an_exit_code()
    {
        var file = _folder.File("secret.bin", [1, 2, 3]);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1FF);
        File.SetUnixFileMode(file, UnixFileMode.None);
        using var process = new CliProcess(OtherUserFactAttribute.Prefix, "demo", file);

        var (code, _, error) = await process.EndAsync();

        Assert.Equal(((int)ExitCode.FileUnreadable, 1), (code, error.Count(sign => sign == '\n')));
        Assert.Contains("cannot be read", error);
    }

    [OtherUserFact]
    public async Task Folder_that_is_not_writable_must_lead_to_one_line_and_an_exit_code()
    {
        var file = _folder.File("a.bin", [1, 2, 3]);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var process = new CliProcess(OtherUserFactAttribute.Prefix, "demo", file, "--into", _folder["in"]);

        var (code, _, error) = await process.EndAsync();
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1FF);

        Assert.Equal(((int)ExitCode.TargetUnwritable, 1), (code, error.Count(sign => sign == '\n')));
        Assert.False(Directory.Exists(_folder["in"]));
    }

    [Fact]
    public async Task Log_must_be_written_to_stderr_on_request()
    {
        using var process = new CliProcess("demo", "--size", "1", "-v");

        var (code, output, error) = await process.EndAsync();

        Assert.Equal(0, code);
        Assert.Contains("INF] Connection iphone is up as iphone@localhost/xiff", error);
        Assert.DoesNotContain("INF]", output);
    }

    [Fact]
    public async Task Version_must_be_printed()
    {
        using var process = new CliProcess("--version");

        var (code, output, _) = await process.EndAsync();

        Assert.Equal(0, code);
        Assert.Matches(@"^\d+\.\d+\.\d+", output);
    }
}
