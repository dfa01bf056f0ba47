using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Ejabberd;

/// <summary>
/// An ejabberd for one test on free loopback ports: host <c>localhost</c> with the users of <see cref="ProsodyServer"/>, and one external component. It runs
/// without Erlang's distribution, so that no port mapper is left behind. Everything it writes is in a temporary folder.
/// </summary>
internal sealed class EjabberdServer : IAsyncDisposable
{
    public const string Proxy = "proxy.localhost";

    /// <summary>Of the component.</summary>
    public const string Secret = "open sesame";

    /// <summary>The largest file that mod_http_upload takes.</summary>
    public const int UploadLimit = 4 << 20;

    private const string Erlang = "/usr/bin/erl";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);
    private readonly TestFolder _folder = new();
    private readonly LogLines _log = new();
    private Process? _process;

    /// <summary>Null when it is not installed.</summary>
    public static string? Libraries { get; } = !File.Exists(Erlang) || !Directory.Exists("/usr/lib")
        ? null
        : Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*").FirstOrDefault(folder => Directory.EnumerateDirectories(folder, "ejabberd-*").Any());

    public int ComponentPort { get; } = FreePort();

    public int ClientPort { get; } = FreePort();

    public int HttpPort { get; } = FreePort();

    /// <summary>Options of the command line that join this server as <see cref="Proxy"/>.</summary>
    public string[] Options(string secret = Secret) =>
        ["--server", $"127.0.0.1:{ComponentPort}", "--component", Proxy, "--secret-file", _folder.File("secret", Encoding.UTF8.GetBytes(secret + "\n"))];

    public static async Task<EjabberdServer> StartAsync()
    {
        var server = new EjabberdServer();
        try
        {
            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    private async Task RunAsync()
    {
        var config = _folder.File("ejabberd.yml", Encoding.UTF8.GetBytes(Configuration()));
        var users = string.Join(", ", ProsodyServer.Users.Select(user => $"{{<<\"{user}\">>, <<\"{ProsodyServer.PasswordOf(user)}\">>}}"));
        var start = new ProcessStartInfo(Erlang)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        string[] words =
        [
            "-noinput", "-mnesia", "dir", $"\"{_folder["database"]}\"", "-s", "ejabberd", "-eval",
            $"application:ensure_all_started(ejabberd), [ok = ejabberd_auth:try_register(U, <<\"localhost\">>, P) || {{U, P}} <- [{users}]], "
                + "io:format(\"users are ready~n\").",
        ];
        Array.ForEach(words, start.ArgumentList.Add);
        start.Environment["EJABBERD_CONFIG_PATH"] = config;
        start.Environment["EJABBERD_LOG_PATH"] = _folder["ejabberd.log"];
        start.Environment["ERL_CRASH_DUMP"] = _folder["crash.dump"];
        start.Environment["ERL_LIBS"] = Libraries;
        start.Environment["HOME"] = _folder.Path;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _log.Add(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Add(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await _log.HasAsync("users are ready", MaxWait);
            await _log.HasAsync($":{ComponentPort} for ejabberd_service", MaxWait);
            await _log.HasAsync($":{HttpPort} for ejabberd_http", MaxWait);
            await _log.HasAsync($":{ClientPort} for ejabberd_c2s", MaxWait);
        }
        catch (TimeoutException)
        {
            Assert.Fail("ejabberd did not start: " + string.Join('\n', _log.Lines));
        }
    }

    private string Configuration() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        hosts: [localhost]
        loglevel: info
        log_rotate_count: 0
        auth_method: internal
        access_rules:
          clients: [allow: all]
        listen:
          - port: {{ClientPort}}
            ip: "127.0.0.1"
            module: ejabberd_c2s
            access: clients
            starttls: false
          - port: {{ComponentPort}}
            ip: "127.0.0.1"
            module: ejabberd_service
            access: all
            hosts:
              {{Proxy}}:
                password: "{{Secret}}"
          - port: {{HttpPort}}
            ip: "127.0.0.1"
            module: ejabberd_http
            request_handlers:
              /upload: mod_http_upload
        modules:
          mod_disco: {}
          mod_http_upload:
            access: all
            put_url: "http://localhost:{{HttpPort}}/upload"
            docroot: "{{_folder["uploads"]}}"
            max_size: {{UploadLimit}}
          mod_ping: {}
          mod_roster: {}
          mod_stream_mgmt: {}

        """);

    /// <summary>Another process may use it before ejabberd does; then the test fails with that reason.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
