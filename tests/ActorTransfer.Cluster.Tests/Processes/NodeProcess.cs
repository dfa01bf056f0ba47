using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using ActorTransfer.Testing.Time;

namespace ActorTransfer.Cluster.Tests.Processes;

/// <summary>A node in a process of its own.</summary>
internal sealed class NodeProcess : IDisposable
{
    private const int Term = 15;
    private const int Cont = 18;
    private const int Stop = 19;
    private readonly Process _process;
    private readonly ConcurrentQueue<(string Name, string Value)> _events = [];
    private string? _ready;
    private readonly string _folder;

    /// <param name="folder">Of its log.</param>
    /// <param name="arguments">Those of the program.</param>
    public NodeProcess(string folder, params string[] arguments)
    {
        _folder = folder;
        var program = Path.Combine(AppContext.BaseDirectory, "ActorTransfer.Cluster.Node.dll");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DOTNET_EnableDiagnostics"] = "0", ["DOTNET_gcServer"] = "0", ["DOTNET_TieredPGO"] = "0" },
            },
        };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data is null ? null : JsonSerializer.Serialize(new { @event = "error", value = line.Data }));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Values of the events of this name.</summary>
    public IReadOnlyList<string> Values(string name) => [.. _events.Where(one => one.Name == name).Select(one => one.Value)];

    public bool HasExited => _process.HasExited;

    /// <summary>Its address in the cluster, once it is ready.</summary>
    public async Task<string> ReadyAsync()
    {
        await Eventually.HoldsAsync(() => (_ready ??= Values("ready").FirstOrDefault()) is not null || HasExited, Describe);
        Assert.False(HasExited, Describe());
        return _ready!;
    }

    /// <summary>Its events until now are not among <see cref="Values"/> any more.</summary>
    public void Forget() => _events.Clear();

    public void Tell(string command) => _process.StandardInput.WriteLine(command);

    /// <summary>Gives a command, and returns the value of the event that it causes.</summary>
    public async Task<string> AskAsync(string command, string answer)
    {
        var before = Values(answer).Count;
        Tell(command);
        await Eventually.HoldsAsync(() => Values(answer).Count > before || HasExited, Describe);
        Assert.False(HasExited, Describe());
        return Values(answer)[before];
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>It executes nothing until <see cref="Thaw"/>.</summary>
    public void Freeze() => Assert.Equal(0, Signal(_process.Id, Stop));

    public void Thaw() => Assert.Equal(0, Signal(_process.Id, Cont));

    /// <summary>Stops it as a service manager does.</summary>
    public async Task StopAsync()
    {
        Assert.Equal(0, Signal(_process.Id, Term));
        await ExitAsync(TimeSpan.FromSeconds(45));
    }

    /// <summary>Completes when it has exited.</summary>
    public async Task ExitAsync(TimeSpan within)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(within);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"It has not exited in {within}: {Describe()}");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    /// <summary>Its last events and log lines.</summary>
    public string Describe() => string.Join('\n', _events.TakeLast(20)) + "\n" + string.Join('\n', File.ReadLines(Path.Combine(_folder, "log.txt")).TakeLast(40));

    private void Read(string? line)
    {
        if (line is ['{', ..])
        {
            var fields = JsonSerializer.Deserialize<Dictionary<string, string>>(line)!;
            _events.Enqueue((fields["event"], fields["value"]));
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
