using System.Net;
using System.Text.Json;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary><c>actor-transfer proxy</c> as a process, for the servers of tests.</summary>
internal static class ProxyProcess
{
    /// <summary>A server with a component for this proxy instead of its own proxy.</summary>
    public static readonly ProsodySetup Setup = new() { Proxy = false, Clients = true, Components = [ProsodyServer.Proxy, ProsodyServer.Component] };

    /// <summary>Starts the proxy, which may not be ready yet.</summary>
    /// <param name="join"><c>--server</c> and related options.</param>
    /// <param name="more">Further options.</param>
    public static PeerProcess Start(string[] join, params string[] more) =>
        PeerProcess.Ours(password: null, ["proxy", .. join, "--listen", "127.0.0.1:0", .. more]);

    /// <summary>Starts the proxy and waits until it is ready.</summary>
    public static async Task<(PeerProcess Proxy, IPEndPoint Address)> ReadyAsync(ProsodyServer server, params string[] more)
    {
        var proxy = Start(server.Options(ProsodyServer.Proxy), more);
        try
        {
            return (proxy, AddressOf(await proxy.EventAsync("ready")));
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its listen endpoint.</summary>
    public static IPEndPoint AddressOf(JsonElement ready) => IPEndPoint.Parse(ready.GetProperty("listen")[0].GetString()!);
}
