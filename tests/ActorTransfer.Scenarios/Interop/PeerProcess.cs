using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>A peer as a process that reports events as JSON lines on stdout, with the name in <c>event</c>.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly LogLines _error = new();

    private PeerProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _error.Add(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>What it wrote to stderr so far.</summary>
    public IEnumerable<string> Errors => _error.Lines;

    /// <summary>Its output so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>slixmpp with its own SI, SOCKS5 and IBB plugins.</summary>
    /// <param name="jid">With a resource.</param>
    /// <param name="port">The port of the server on 127.0.0.1, without TLS.</param>
    /// <param name="args">Arguments of <c>peer.py</c>.</param>
    public static PeerProcess Slixmpp(string jid, string password, int port, params string[] args)
    {
        Assert.True(SlixmppFactAttribute.IsThere, "slixmpp is not installed, and CI=true wants it.");
        var start = new ProcessStartInfo(
            SlixmppFactAttribute.Python, [Script("Slixmpp"), "--jid", jid, "--port", port.ToString(CultureInfo.InvariantCulture), .. args]);
        start.Environment["PEER_PASSWORD"] = password;
        return new PeerProcess(start);
    }

    /// <summary>A client with its own Jingle file transfer, which takes commands: see <c>jingle_peer.py</c>.</summary>
    /// <param name="folder">The folder of its <c>peer.py</c>.</param>
    /// <param name="jid">With a resource.</param>
    /// <param name="port">The port of the server on 127.0.0.1, without TLS.</param>
    public static PeerProcess Jingle(string folder, string jid, string password, int port)
    {
        var start = new ProcessStartInfo(SlixmppFactAttribute.Python, [Script(folder)]) { RedirectStandardInput = true };
        start.Environment["PEER_JID"] = jid;
        start.Environment["PEER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PEER_PASSWORD"] = password;
        return new PeerProcess(start);
    }

    private static string Script(string folder) => Path.Combine(AppContext.BaseDirectory, folder, "peer.py");

    /// <summary>The project's own command line; <c>--json</c> is added.</summary>
    public static PeerProcess Ours(string? password, params string[] args) => Ours([], password, args);

    /// <inheritdoc cref="Ours(string?, string[])"/>
    /// <param name="before">Arguments before the command.</param>
    /// <param name="password">For the account.</param>
    /// <param name="args">Arguments of actor-transfer.</param>
    public static PeerProcess Ours(string[] before, string? password, params string[] args)
    {
        string[] all = [.. CliProcess.InForeground, .. before, .. CliProcess.Command, .. args, "--json"];
        var start = new ProcessStartInfo(all[0], all[1..]);
        start.Environment["ACTOR_TRANSFER_PASSWORD"] = password;
        return new PeerProcess(start);
    }

    /// <summary>Reads up to the next event of this name and skips the others.</summary>
    /// <exception cref="InvalidOperationException">The process ended or reported <c>failed</c> before the event.</exception>
    public Task<JsonElement> EventAsync(string name) => EventAsync(name, _ => true);

    /// <summary>Reads up to the next event of this name that satisfies the condition.</summary>
    public async Task<JsonElement> EventAsync(string name, Func<JsonElement, bool> isWanted)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        try
        {
            while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                _output.Enqueue(line);
                using var read = JsonDocument.Parse(line);
                var what = read.RootElement.GetProperty("event").GetString();
                if (what == name && isWanted(read.RootElement))
                {
                    return read.RootElement.Clone();
                }

                if (what == "failed")
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"No event {name} within {MaxWait.TotalSeconds} s. Its output:\n{Output}\n{string.Join('\n', _error.Lines)}");
        }

        _process.Kill(entireProcessTree: true);
        throw new InvalidOperationException($"No event {name}. Its output:\n{Output}\n{string.Join('\n', _error.Lines)}");
    }

    /// <summary>Waits for its end and returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(MaxWait);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            _output.Enqueue(line);
        }

        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Writes a line to its stdin.</summary>
    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends its input, and waits for its end.</summary>
    public async Task<int> EndInputAsync()
    {
        _process.StandardInput.Close();
        return await EndAsync();
    }

    /// <summary>Waits for this text on stderr.</summary>
    public Task ErrorLineAsync(string text) => _error.HasAsync(text, MaxWait);

    public void Signal(int number) => CliProcess.Signal(_process, number);

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
