using System.Net;
using System.Text.Json;
using ActorTransfer.Scenarios.Prosody;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>
/// A foreign client logged in to Prosody as bob, the engine logged in as alice, and a proxy of this project. One for all tests of a class: each of them takes
/// a second to start.
/// </summary>
public abstract class JingleClient : IAsyncLifetime
{
    /// <summary>A proxy of this project. The server does not list it.</summary>
    internal const string Relay = "relay.test";

    /// <summary>Settings of the engine.</summary>
    internal const string Hocon = "actor-transfer.stream-host { enabled = on, bind = \"127.0.0.1\" }";

    private ProsodyServer? _server;
    private ClientHost? _alice;
    private IHost? _relay;
    private PeerProcess? _peer;

    /// <summary>The folder of its peer.py, and its resource.</summary>
    internal abstract string Name { get; }

    /// <summary>Null if it can be tested here.</summary>
    internal abstract string? WhySkipped { get; }

    internal Jid Jid => Jid.Parse($"bob@{ProsodyServer.Host}/{Name}");

    internal ProsodyServer Server => _server!;

    internal IFileTransfers Transfers => _alice!.Transfers;

    /// <summary>Of the engine, and of the client.</summary>
    internal string Log => string.Join('\n', [.. _alice!.Log, .. _peer!.Errors]);

    public async Task InitializeAsync()
    {
        if (WhySkipped is not null)
        {
            return;
        }

        _server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true, Components = [Relay] });
        _peer = PeerProcess.Jingle(Name, Jid.ToString(), ProsodyServer.PasswordOf("bob"), _server.ClientPort);
        _alice = await ClientHost.StartAsync(ClientHost.Address(_server, "alice"), Hocon);
        _relay = await StartRelayAsync(_server);
        await _peer.EventAsync("ready");
    }

    public async Task DisposeAsync()
    {
        if (_alice is not null)
        {
            await _alice.DisposeAsync();
        }

        if (_relay is not null)
        {
            await _relay.StopAsync();
            _relay.Dispose();
        }

        if (_peer is not null)
        {
            await _peer.EndInputAsync();
            await _peer.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>Gives it a transfer, and waits until it is ready for it.</summary>
    internal async Task StartAsync(PeerCommand command)
    {
        await _peer!.WriteAsync(command.ToString());
        await _peer.EventAsync("started");
    }

    /// <summary>Its user cancels the transfer.</summary>
    internal async Task CancelAsync()
    {
        await _peer!.WriteAsync(PeerCommand.Cancel.ToString());
        await _peer.EventAsync("cancelled");
    }

    /// <summary>Its next event of this name.</summary>
    internal Task<JsonElement> EventAsync(string name) => _peer!.EventAsync(name);

    private static async Task<IHost> StartRelayAsync(ProsodyServer server)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options.AddProxy(new ProxyOptions
        {
            Account = new ComponentAccount { Jid = Jid.Parse(Relay), Host = "127.0.0.1", Port = server.ComponentPort, Secret = server.SecretText },
            Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
            Access = ProxyAccess.Everybody,
        }));
        var host = builder.Build();
        await host.StartAsync();
        await foreach (var status in host.Services.GetRequiredService<IProxies>().WatchAsync(Jid.Parse(Relay)))
        {
            if (status is AccountStatus.Online)
            {
                break;
            }
        }

        return host;
    }
}
