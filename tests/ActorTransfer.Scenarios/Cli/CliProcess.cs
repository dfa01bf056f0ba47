using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>The built command line as a process with its own temporary folder, so that leftovers are detected.</summary>
internal sealed class CliProcess : IDisposable
{
    public const int HangUp = 1; // SIGHUP
    public const int Interrupt = 2; // SIGINT
    public const int Terminate = 15; // SIGTERM

    /// <summary>Arguments before a command that make it handle signals also when the tests run in the background with signals ignored.</summary>
    public static readonly string[] InForeground = ["env", "--default-signal=INT,HUP"];

    /// <summary>Names an executable that is tested instead of the build beside the tests, see <c>build/check-native.sh</c>.</summary>
    public const string ExecutableVariable = "ACTOR_TRANSFER_EXECUTABLE";

    /// <summary>Starts actor-transfer.</summary>
    public static readonly string[] Command = Environment.GetEnvironmentVariable(ExecutableVariable) is { Length: > 0 } executable
        ? [executable]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "actor-transfer.dll")];

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly TestFolder _temporary = new();
    private readonly List<string> _lines = [];

    /// <param name="before">Arguments before the command, for example to run as another user.</param>
    /// <param name="args">Arguments of actor-transfer.</param>
    public CliProcess(string[] before, params string[] args)
    {
        string[] all = [.. InForeground, .. before, .. Command, .. args];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = _temporary.Path;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its debugger pipes would be in the temporary folder
        File.SetUnixFileMode(_temporary.Path, (UnixFileMode)0x1FF);
        _process = Process.Start(start)!;
    }

    public CliProcess(params string[] args)
        : this([], args)
    {
    }

    /// <summary>The remaining temporary files of the process.</summary>
    public string[] Leftovers => Directory.GetFileSystemEntries(_temporary.Path);

    public static bool IsRoot => GetUserId() == 0;

    /// <summary>Reads the output up to the first line that satisfies the condition.</summary>
    public async Task<string> LineAsync(Func<string, bool> isWanted)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            _lines.Add(line);
            if (isWanted(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException("The wanted line never came. Output: " + string.Join('\n', _lines));
    }

    /// <summary>Reads the errors up to the first line that satisfies the condition.</summary>
    public async Task<string> ErrorLineAsync(Func<string, bool> isWanted)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        while (await _process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            if (isWanted(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException("The wanted line never came.");
    }

    public void Signal(int number) => Signal(_process, number);

    public static void Signal(Process process, int number) => Assert.Equal(0, Kill(process.Id, number));

    /// <summary>Waits for the end of the process.</summary>
    public async Task<(int Code, string Out, string Error)> EndAsync()
    {
        using var limit = new CancellationTokenSource(MaxWait);
        var rest = _process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = await _process.StandardError.ReadToEndAsync(limit.Token);
        var output = string.Join('\n', [.. _lines, await rest]);
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, output, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _temporary.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint GetUserId();
}
