using System.Diagnostics;
using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>
/// A child process: reports by a line that it is ready, ends on request or when its standard input ends, which also happens when this
/// process ends.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 20;
    private readonly Process _process;
    private readonly Queue<string> _said = new();

    private ChildProcess(Process process) => _process = process;

    /// <summary>Root of its process tree.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a program and waits for a line.</summary>
    /// <param name="program">File.</param>
    /// <param name="arguments">Passed unchanged.</param>
    /// <param name="isReady">Parses the line; returns null for all other lines.</param>
    /// <param name="cancel">Cancels the wait and ends the process.</param>
    /// <param name="timeout">Time limit; null = one minute.</param>
    /// <exception cref="IOException">It ended or timed out; the message contains its output.</exception>
    public static async Task<(ChildProcess Process, T Ready)> StartAsync<T>(
        string program, IEnumerable<string> arguments, Func<string, T?> isReady, CancellationToken cancel, TimeSpan? timeout = null)
        where T : class
    {
        ProcessStartInfo info = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["DOTNET_NOLOGO"] = "1";
        ChildProcess child = new(Process.Start(info) ?? throw new IOException($"{program} does not start."));
        TaskCompletionSource<T> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        child.Listen(line =>
        {
            if (isReady(line) is { } value)
            {
                ready.TrySetResult(value);
            }
        });
        _ = child.TellEndAsync(ready);
        try
        {
            return (child, await ready.Task.WaitAsync(timeout ?? TimeSpan.FromMinutes(1), cancel));
        }
        catch (Exception exception)
        {
            await child.DisposeAsync();
            throw exception is TimeoutException ? new IOException($"{program} was not ready in time: {child.Said}") : exception;
        }
    }

    /// <summary>Requests the process to end, and kills it after a timeout.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            Linux.Terminate(_process.Id);
            using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(5));
            try
            {
                await _process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private async Task TellEndAsync<T>(TaskCompletionSource<T> ready)
    {
        try
        {
            await _process.WaitForExitAsync();
            ready.TrySetException(new IOException($"exit code {_process.ExitCode}: {Said}"));
            _ = ready.Task.Exception; // observed in case of no waiter
        }
        catch (InvalidOperationException)
        {
            // Disposed, so it has ended.
        }
    }

    private string Said
    {
        get
        {
            lock (_said)
            {
                return string.Join(" | ", _said);
            }
        }
    }

    private void Listen(Action<string> heard)
    {
        void Take(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null)
            {
                return;
            }

            lock (_said)
            {
                _said.Enqueue(line.Data);
                if (_said.Count > KeptLines)
                {
                    _said.Dequeue();
                }
            }

            heard(line.Data);
        }

        _process.OutputDataReceived += Take;
        _process.ErrorDataReceived += Take;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }
}
