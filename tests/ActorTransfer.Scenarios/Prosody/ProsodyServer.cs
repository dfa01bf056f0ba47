using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ActorTransfer.Scenarios.Cli;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>
/// A Prosody of the test's own on free loopback ports: host <c>localhost</c>, one component slot, one SOCKS5 proxy. Everything it writes is in a
/// temporary folder.
/// </summary>
internal sealed class ProsodyServer : IAsyncDisposable
{
    public const string Component = "files.localhost";
    public const string Proxy = "proxy.localhost";
    private const string Secret = "open sesame";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TestFolder _folder = new();
    private readonly Channel<string> _log = Channel.CreateBounded<string>(
        new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
    private Process? _process;

    private ProsodyServer()
    {
    }

    /// <summary>Null when it is not installed.</summary>
    public static string? Executable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "prosody"))
        .FirstOrDefault(File.Exists);

    public int ComponentPort { get; private set; }

    public int ProxyPort { get; private set; }

    /// <summary>File that holds another one.</summary>
    public string WrongSecretFile => _folder.File("wrong", "open barley\n"u8);

    public string SecretText => Secret;

    /// <summary>Options of the command line that join this server.</summary>
    public string[] Options(string component = Component, string? secret = null) =>
        ["--server", $"127.0.0.1:{ComponentPort}", "--component", component, "--secret-file", secret ?? _folder.File("secret", "open sesame\n"u8)];

    /// <param name="withProxy">False: the server has no proxy.</param>
    public static async Task<ProsodyServer> StartAsync(bool withProxy = true)
    {
        Assert.True(Executable is not null, "Prosody is not on the PATH, and CI=true wants it.");
        var server = new ProsodyServer();
        try
        {
            await server.RunAsync(withProxy);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task CrashAsync()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CrashAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    private async Task RunAsync(bool withProxy)
    {
        (ComponentPort, ProxyPort) = (FreePort(), FreePort());
        var configuration = _folder.File("prosody.cfg.lua", System.Text.Encoding.UTF8.GetBytes(Configuration(withProxy)));
        _folder.Folder("data");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Executable!, ["-F", "--config", configuration])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        _process.OutputDataReceived += (_, line) => _log.Writer.TryWrite(line.Data ?? "(end)");
        _process.ErrorDataReceived += (_, line) => _log.Writer.TryWrite(line.Data ?? "(end)");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await SaidAsync(withProxy ? [$"]:{ComponentPort}", $"]:{ProxyPort}"] : [$"]:{ComponentPort}"]);
    }

    /// <summary>Waits until the log has lines with all these words.</summary>
    private async Task SaidAsync(IEnumerable<string> words)
    {
        var missing = words.ToList();
        var seen = new List<string>();
        using var limit = new CancellationTokenSource(Patience);
        while (missing.Count > 0)
        {
            try
            {
                var line = await _log.Reader.ReadAsync(limit.Token);
                seen.Add(line);
                missing.RemoveAll(word => line.Contains(word, StringComparison.Ordinal));
                Assert.True(line != "(end)", "Prosody ended: " + string.Join('\n', seen));
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Prosody did not say {string.Join(", ", missing)}: {string.Join('\n', seen)}");
            }
        }
    }

    private string Configuration(bool withProxy) => $"""
        run_as_root = true
        pidfile = "{_folder["prosody.pid"]}"
        data_path = "{_folder["data"]}"
        certificates = "{_folder["data"]}"
        storage = "memory"
        modules_enabled = {"{"} "disco" {"}"}
        modules_disabled = {"{"} "c2s", "s2s" {"}"}
        interfaces = {"{"} "127.0.0.1" {"}"}
        component_interfaces = {"{"} "127.0.0.1" {"}"}
        component_ports = {"{"} {ComponentPort} {"}"}
        proxy65_interfaces = {"{"} "127.0.0.1" {"}"}
        proxy65_ports = {"{"} {ProxyPort} {"}"}
        log = {"{"} {"{"} levels = {"{"} min = "info" {"}"}, to = "console" {"}"} {"}"}
        VirtualHost "localhost"
        Component "{Component}"
          component_secret = "{Secret}"
        {(withProxy ? $$"""
            Component "{{Proxy}}" "proxy65"
              proxy65_address = "127.0.0.1"
              proxy65_acl = { "{{Component}}" }
            """ : "")}
        """;

    /// <summary>Another process may take it before Prosody does; then the test fails and says so.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
