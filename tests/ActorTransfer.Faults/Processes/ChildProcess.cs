using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;

namespace ActorTransfer.Faults.Processes;

/// <summary>A process that is killed and started again.</summary>
internal sealed class ChildProcess(string[] command) : IDisposable
{
    private readonly ConcurrentQueue<string> _errors = [];
    private Process? _process;
    private Channel<NodeEvent> _events = Channel.CreateBounded<NodeEvent>(1000);

    /// <summary>A process of this program.</summary>
    public static ChildProcess OfNode(params string[] args) =>
        new(["dotnet", System.IO.Path.Combine(AppContext.BaseDirectory, "ActorTransfer.Faults.dll"), "node", .. args]);

    /// <summary>Events since the last start.</summary>
    public ChannelReader<NodeEvent> Events => _events.Reader;

    /// <summary>Resident memory.</summary>
    public long Memory
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The last lines of standard error.</summary>
    public string Errors => string.Join('\n', _errors.TakeLast(10));

    public void Start()
    {
        _process?.Dispose();
        var events = _events = Channel.CreateBounded<NodeEvent>(1000);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // a killed process would leave their sockets in the temporary folder
        var process = _process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                events.Writer.TryComplete();
            }
            else if (line.Data.StartsWith('{'))
            {
                events.Writer.TryWrite(JsonSerializer.Deserialize<NodeEvent>(line.Data)!);
            }
        };
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Has no effect on a process that has ended.</summary>
    public void Tell(string line)
    {
        try
        {
            _process!.StandardInput.WriteLine(line);
        }
        catch (IOException)
        {
            // Its events tell.
        }
    }

    /// <summary>SIGKILL. Returns when the process has gone and its last event is read.</summary>
    public async Task KillAsync()
    {
        Signal(9);
        await _process!.WaitForExitAsync();
    }

    public void Stop() => Signal(19); // SIGSTOP

    public void Continue() => Signal(18); // SIGCONT

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
    }

    private void Signal(int number)
    {
        if (Kill(_process!.Id, number) != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', command)}' has ended by itself: {Errors}");
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
