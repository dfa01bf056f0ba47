using System.Diagnostics;
using ActorTransfer.Scenarios.Architecture;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Samples;

/// <summary>A sample as a process with its own temporary folder, logged in to the Prosody of a test.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly TestFolder _temporary = new();
    private readonly LogLines _output = new();
    private readonly Process _process;

    /// <param name="name">Name of the sample.</param>
    /// <param name="server">Its certificate is trusted.</param>
    /// <param name="environment">Variables.</param>
    /// <param name="args">Arguments.</param>
    public SampleProcess(string name, ProsodyServer server, IReadOnlyDictionary<string, string?> environment, params string[] args)
    {
        string[] all = [.. CliProcess.InForeground, "dotnet", Program(name), .. args];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Program(name)), // where appsettings.json is
        };
        start.Environment["TMPDIR"] = _temporary.Path;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its debugger pipes would be in the temporary folder
        start.Environment["SSL_CERT_FILE"] = server.Certificates?.Authority;
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _output.Add(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Add(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits for a line of output with this text and returns it.</summary>
    public async Task<string> LineAsync(string text)
    {
        await _output.HasAsync(text, MaxWait);
        return _output.Lines.First(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>SIGTERM, as from systemd; it must end in order and leave nothing in its temporary folder.</summary>
    public async Task StopAsync()
    {
        CliProcess.Signal(_process, CliProcess.Terminate);
        await EndAsync();
    }

    /// <summary>Waits for its end, in order.</summary>
    public async Task EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(MaxWait);
        Assert.True(_process.ExitCode == 0, $"It ended with {_process.ExitCode}:\n{string.Join('\n', _output.Lines)}");
        Assert.Empty(_temporary.Names);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _temporary.Dispose();
    }

    /// <summary>A program that was built with this project, in the same configuration.</summary>
    public static string Program(string name)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Repository.Root, "samples", name, "bin", framework.Parent!.Name, framework.Name, $"{name}.dll");
    }
}
