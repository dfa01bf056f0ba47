using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ActorTransfer.Cli;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>Unexpected faults of the command line: their own exit code, one line on stderr, and no stack trace.</summary>
public sealed class DefectSpec : IDisposable
{
    private const string Words = "unexpected error: InvalidOperationException: first line";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unexpected_fault_of_a_command_must_lead_to_one_line_and_the_exit_code_of_defects(bool json)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(
            output, error, IsLive: false, AskSecret: (_, _) => throw new InvalidOperationException("first line\nsecond \u001b[31mline"));
        string[] args = ["receive", "--into", _folder["in"], "--account", "a@b.example/c"];

        var code = await CommandLine.RunAsync(json ? [.. args, "--json"] : args, terminal, CancellationToken.None);

        new CliRun(code, output.ToString(), error.ToString()).MustFail(ExitCode.Internal, Words);
        Assert.DoesNotContain('\u001b', error.ToString());
        MustBeJson(json, output.ToString());
    }

    /// <summary>An unhandled exception on a thread ends any .NET process, by default with code 134 and a stack trace.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unexpected_fault_of_a_thread_must_lead_to_one_line_and_the_exit_code_of_defects(bool json)
    {
        string[] before = ["env", $"DOTNET_STARTUP_HOOKS={typeof(StartupHook).Assembly.Location}"];
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        string[] args =
        [
            "receive", "--into", _folder["in"], "--account", "a@b.example/c", "--password-file", _folder.File("password", "secret\n"u8),
            "--host", "127.0.0.1", "--port", $"{((IPEndPoint)silent.LocalEndpoint).Port}", "--tls", "off",
        ];
        using var process = new CliProcess(before, json ? [.. args, "--json"] : args);

        var (code, output, error) = await process.EndAsync();

        new CliRun((ExitCode)code, output, error).MustFail(ExitCode.Internal, Words);
        MustBeJson(json, output);
    }

    private static void MustBeJson(bool json, string output)
    {
        if (!json)
        {
            return;
        }

        var events = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal("internal-error", events[^1].GetProperty("reason").GetString());
        Assert.Equal((int)ExitCode.Internal, events[^1].GetProperty("exitCode").GetInt32());
    }
}
