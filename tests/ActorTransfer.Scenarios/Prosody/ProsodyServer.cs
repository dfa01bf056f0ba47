using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>
/// A Prosody for one test on free loopback ports: host <c>localhost</c> with the users <see cref="Users"/>, components and one SOCKS5 proxy.
/// Everything it writes is in a temporary folder.
/// </summary>
internal sealed class ProsodyServer : IAsyncDisposable
{
    public const string Host = "localhost";
    public const string Component = "files.localhost";
    public const string Proxy = "proxy.localhost";
    private const string Secret = "open sesame";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private readonly TestFolder _folder = new();
    private readonly ProsodySetup _setup;
    private Process? _process;
    private string _secret = Secret;

    private ProsodyServer(ProsodySetup setup)
    {
        _setup = setup;
        Certificates = setup.Tls ? TestCertificates.Make(_folder, setup.Certificate) : null;
    }

    /// <summary>Null when it is not installed.</summary>
    public static string? Executable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "prosody"))
        .FirstOrDefault(File.Exists);

    /// <summary>Names of the users at <see cref="Host"/>. See <see cref="PasswordOf"/>.</summary>
    public static IReadOnlyList<string> Users { get; } = ["alice", "bob", "carol"];

    public int ComponentPort { get; } = FreePort();

    /// <summary>Port of client connections, with STARTTLS when there is TLS.</summary>
    public int ClientPort { get; } = FreePort();

    /// <summary>Port of client connections with direct TLS.</summary>
    public int DirectTlsPort { get; } = FreePort();

    public int ProxyPort { get; } = FreePort();

    /// <summary>Port of the HTTP server, with TLS when there is TLS.</summary>
    public int HttpPort { get; } = FreePort();

    /// <summary>Null without TLS.</summary>
    public TestCertificates? Certificates { get; }

    /// <summary>File with another secret.</summary>
    public string WrongSecretFile => _folder.File("wrong", "open barley\n"u8);

    public string SecretText => Secret;

    public static string PasswordOf(string user) => user + "'s secret";

    /// <summary>File with a user's password.</summary>
    public string PasswordFile(string user) => _folder.File(user + ".password", Encoding.UTF8.GetBytes(PasswordOf(user) + "\n"));

    /// <summary>Options of the command line that join this server.</summary>
    public string[] Options(string component = Component, string? secret = null) =>
        ["--server", $"127.0.0.1:{ComponentPort}", "--component", component, "--secret-file", secret ?? SecretFile];

    /// <summary>File with the secret of the components.</summary>
    public string SecretFile => _folder.File("secret", "open sesame\n"u8);

    /// <param name="withProxy">False: the server has no proxy.</param>
    public static Task<ProsodyServer> StartAsync(bool withProxy = true) => StartAsync(new ProsodySetup { Proxy = withProxy });

    /// <param name="setup">What it offers.</param>
    public static async Task<ProsodyServer> StartAsync(ProsodySetup setup)
    {
        Assert.True(Executable is not null, "Prosody is not on the PATH, and CI=true wants it.");
        var server = new ProsodyServer(setup);
        try
        {
            server.Write();
            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the server.</summary>
    public async Task CrashAsync()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
        }
    }

    /// <summary>Starts it again after a crash, on the same ports.</summary>
    public async Task RestartAsync()
    {
        await CrashAsync();
        _process?.Dispose();
        _process = null;
        await RunAsync();
    }

    /// <summary>Changes the password of a user at <see cref="Host"/> for the next login, as <c>prosodyctl passwd</c> does.</summary>
    public void ChangePassword(string user, string password) => WriteAccount(Host, user, password);

    /// <summary>Sets another secret for all components, or <see cref="SecretText"/> again, and restarts the server.</summary>
    public async Task ChangeSecretAsync(string secret)
    {
        _secret = secret;
        _folder.File("prosody.cfg.lua", Encoding.UTF8.GetBytes(Configuration()));
        await RestartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CrashAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    private void Write()
    {
        _folder.File("prosody.cfg.lua", Encoding.UTF8.GetBytes(Configuration()));
        foreach (var host in (string[])[Host, .. _setup.MoreHosts.Select(name => name.Replace(".", "%2e", StringComparison.Ordinal))])
        {
            _folder.Folder($"data/{host}/accounts");
            foreach (var user in Users)
            {
                WriteAccount(host, user, PasswordOf(user));
            }

            _folder.Folder($"data/{host}/roster");
            foreach (var user in Users)
            {
                WriteContacts(host, user);
            }
        }
    }

    private void WriteAccount(string host, string user, string password) =>
        _folder.File($"data/{host}/accounts/{user}.dat", Encoding.UTF8.GetBytes($"return {{ password = \"{password}\" }};\n"));

    private void WriteContacts(string host, string user)
    {
        var contacts = _setup.Contacts.Where(pair => pair.User == user).Select(pair => pair.Contact)
            .Concat(_setup.Contacts.Where(pair => pair.Contact == user).Select(pair => pair.User))
            .Select(contact => $$"""["{{contact}}@{{Host}}"] = { subscription = "both"; groups = {}; };""");
        _folder.File($"data/{host}/roster/{user}.dat", Encoding.UTF8.GetBytes($"return {{ {string.Join(' ', contacts)} [false] = {{ version = 1 }}; }};\n"));
    }

    private async Task RunAsync()
    {
        var log = Channel.CreateBounded<string>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Executable!, ["-F", "--config", _folder["prosody.cfg.lua"]])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        _process.OutputDataReceived += (_, line) => log.Writer.TryWrite(line.Data ?? "(end)");
        _process.ErrorDataReceived += (_, line) => log.Writer.TryWrite(line.Data ?? "(end)");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        int[] ports =
        [
            ComponentPort,
            .. _setup.Proxy ? [ProxyPort] : Array.Empty<int>(),
            .. _setup.Clients ? [ClientPort] : Array.Empty<int>(),
            .. _setup is { Clients: true, Tls: true } ? [DirectTlsPort] : Array.Empty<int>(),
            .. _setup.UploadLimit is not null ? [HttpPort] : Array.Empty<int>(),
        ];
        await LoggedAsync(log.Reader, ports.Select(port => $"]:{port}"));
    }

    /// <summary>Waits until the log contains all these texts.</summary>
    private static async Task LoggedAsync(ChannelReader<string> log, IEnumerable<string> words)
    {
        var missing = words.ToList();
        var seen = new List<string>();
        using var limit = new CancellationTokenSource(MaxWait);
        while (missing.Count > 0)
        {
            try
            {
                var line = await log.ReadAsync(limit.Token);
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

    private string Configuration() => $$"""
        run_as_root = true
        pidfile = "{{_folder["prosody.pid"]}}"
        data_path = "{{_folder["data"]}}"
        certificates = "{{_folder["data"]}}"
        default_storage = "memory"
        storage = { accounts = "internal", roster = "internal" }
        authentication = "{{_setup.Authentication}}"
        modules_enabled = { {{Strings(["disco", "roster", "saslauth", "ping", "smacks", "tls", .. _setup.Modules])}} }
        modules_disabled = { {{Strings(_setup.Clients ? ["s2s"] : ["s2s", "c2s"])}} }
        interfaces = { "127.0.0.1" }
        c2s_ports = { {{ClientPort}} }
        c2s_direct_tls_ports = { {{(Certificates is null ? "" : DirectTlsPort)}} }
        c2s_require_encryption = {{(Certificates is null ? "false" : "true")}}
        allow_unencrypted_plain_auth = {{(Certificates is null ? "true" : "false")}}
        {{(Certificates is { } files ? $$"""ssl = { certificate = "{{files.Certificate}}", key = "{{files.Key}}"{{(_setup.TlsVersion is { } version ? $", protocol = \"{version}\"" : "")}} }""" : "")}}
        component_interfaces = { "127.0.0.1" }
        component_ports = { {{ComponentPort}} }
        proxy65_interfaces = { "127.0.0.1" }
        proxy65_ports = { {{ProxyPort}} }
        log = { { levels = { min = "info" }, to = "console" } }
        {{(_setup.UploadLimit is not null ? $$"""
            {{(_setup.Tls ? "https" : "http")}}_ports = { {{HttpPort}} }
            {{(_setup.Tls ? "http" : "https")}}_ports = { }
            http_interfaces = { "127.0.0.1" }
            https_interfaces = { "127.0.0.1" }
            {{(Certificates is { } https ? $$"""https_ssl = { certificate = "{{https.Certificate}}", key = "{{https.Key}}" }""" : "")}}
            """ : "")}}
        {{_setup.More}}
        {{string.Join('\n', _setup.MoreHosts.Select(host => $"VirtualHost \"{host}\""))}}
        VirtualHost "{{Host}}"
        {{string.Join('\n', _setup.Components.Select(component => $"""
            Component "{component}"
              component_secret = "{_secret}"
            """))}}
        {{(_setup.Proxy ? $$"""
            Component "{{Proxy}}" "proxy65"
              proxy65_address = "{{_setup.ProxyAddress}}"
              proxy65_acl = { {{Strings([Host, .. _setup.Components])}} }
            """ : "")}}
        {{(_setup.UploadLimit is { } limit ? $$"""
            Component "upload.{{Host}}" "http_file_share"
              http_host = "{{Host}}"
              http_external_url = "{{(_setup.Tls ? "https" : "http")}}://{{Host}}:{{HttpPort}}/"
              http_file_share_size_limit = {{limit}}
            """ : "")}}
        """;

    private static string Strings(IEnumerable<string> values) => string.Join(", ", values.Select(value => $"\"{value}\""));

    /// <summary>Another process may use it before Prosody does; then the test fails with that reason.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
