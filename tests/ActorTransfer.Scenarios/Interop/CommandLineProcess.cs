using System.Globalization;
using System.Text.Json;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>The command line as a process, logged in to the Prosody of a test.</summary>
internal static class CommandLineProcess
{
    /// <summary>Starts <c>send</c>.</summary>
    /// <param name="user">The sending user, with a resource: <c>alice/out</c>.</param>
    /// <param name="more">Further options; a port among them replaces the default.</param>
    public static PeerProcess Send(ProsodyServer server, string user, string file, string to, params string[] more) =>
        Send([], server, user, file, to, more);

    /// <inheritdoc cref="Send(ProsodyServer, string, string, string, string[])"/>
    /// <param name="before">Arguments before the command.</param>
    public static PeerProcess Send(string[] before, ProsodyServer server, string user, string file, string to, params string[] more) =>
        PeerProcess.Ours(before, Password(user), ["send", file, "--to", to, .. Login(server, user, more), .. more]);

    /// <summary>Starts <c>receive</c> and waits until it is ready.</summary>
    public static async Task<PeerProcess> ReceiveAsync(ProsodyServer server, string user, string folder, params string[] more)
    {
        var receiver = PeerProcess.Ours(Password(user), ["receive", "--into", folder, .. Login(server, user, more), .. more]);
        try
        {
            var ready = await receiver.EventAsync("ready");
            Assert.Equal(Jid(user), ready.GetProperty("jid").GetString());
            return receiver;
        }
        catch
        {
            await receiver.DisposeAsync();
            throw;
        }
    }

    public static string Jid(string user) => user.Replace("/", "@" + ProsodyServer.Host + "/", StringComparison.Ordinal);

    /// <summary>The name that options and events have for a method.</summary>
    public static string Name(StreamMethod method) => method switch
    {
        StreamMethod.Direct => "direct",
        StreamMethod.Proxy => "proxy",
        _ => "ibb",
    };

    public static string Text(this JsonElement said, string property) => said.GetProperty(property).GetString()!;

    private static string Password(string user) => ProsodyServer.PasswordOf(user[..user.IndexOf('/', StringComparison.Ordinal)]);

    private static string[] Login(ProsodyServer server, string user, string[] more) =>
    [
        "--account", Jid(user), "--host", "127.0.0.1",
        .. more.Contains("--port") ? Array.Empty<string>() : ["--port", server.ClientPort.ToString(CultureInfo.InvariantCulture)],
        .. server.Certificates is { } files ? ["--ca-file", files.Authority] : new[] { "--tls", "off" },
        "--allow-addresses", "loopback",
    ];
}
