using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Faults.Processes;

/// <summary>The XMPP server of the nodes, on loopback: two users and a proxy as its component.</summary>
internal static class Prosody
{
    public const string Secret = "open sesame";

    public static Jid Proxy { get; } = Jid.Parse("proxy.localhost");

    public static Jid User(string name) => Jid.Parse($"{name}@localhost/engine");

    /// <summary>Writes its configuration and users. Returns the arguments of its process.</summary>
    public static string[] Configure(string folder, int clientPort, int componentPort)
    {
        var accounts = Directory.CreateDirectory(Path.Combine(folder, "data", "localhost", "accounts")).FullName;
        foreach (var user in (string[])["alice", "bob"])
        {
            File.WriteAllText(Path.Combine(accounts, user + ".dat"), $"return {{ password = \"{Secret}\" }};\n");
        }

        var configuration = Path.Combine(folder, "prosody.cfg.lua");
        File.WriteAllText(configuration, $$"""
            run_as_root = true
            pidfile = "{{folder}}/prosody.pid"
            data_path = "{{folder}}/data"
            certificates = "{{folder}}/data"
            default_storage = "memory"
            storage = { accounts = "internal" }
            authentication = "internal_plain"
            modules_enabled = { "disco", "roster", "saslauth", "ping", "smacks" }
            modules_disabled = { "s2s", "tls" }
            interfaces = { "127.0.0.1" }
            c2s_ports = { {{clientPort}} }
            c2s_require_encryption = false
            allow_unencrypted_plain_auth = true
            component_interfaces = { "127.0.0.1" }
            component_ports = { {{componentPort}} }
            log = { { levels = { min = "info" }, to = "console" } }
            VirtualHost "localhost"
            Component "{{Proxy}}"
              component_secret = "{{Secret}}"
            """);
        return ["prosody", "-F", "--config", configuration];
    }

    /// <summary>Waits until it accepts connections.</summary>
    public static async Task ListensAsync(int port, CancellationToken ct)
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), ct);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, ct);
            }
        }
    }

    /// <summary>Another process may use it before its own does; then the run fails with that reason.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
