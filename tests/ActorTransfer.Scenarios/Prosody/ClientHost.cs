using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors.Connections.Client;
using ActorTransfer.Hosting;
using ActorTransfer.Protocol.Addressing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>A host with one client account that is logged in.</summary>
internal sealed class ClientHost : IAsyncDisposable
{
    private readonly IHost _host;

    private ClientHost(IHost host) => _host = host;

    public IFileTransfers Transfers => _host.Services.GetRequiredService<IFileTransfers>();

    public T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>The account of a user at this server, in the way that the server has.</summary>
    public static ClientAddress Address(ProsodyServer server, string user, TlsMode? tls = null, string resource = "engine") => new(
        Jid.Parse($"{user}@{ProsodyServer.Host}/{resource}"),
        "127.0.0.1",
        tls == TlsMode.Direct ? server.DirectTlsPort : server.ClientPort,
        tls ?? (server.Certificates is null ? TlsMode.Off : TlsMode.Required),
        ProsodyServer.PasswordOf(user))
    {
        Roots = server.Certificates is { } files ? [X509CertificateLoader.LoadCertificateFromFile(files.Authority)] : null,
    };

    /// <exception cref="EngineException">The login failed.</exception>
    public static async Task<ClientHost> StartAsync(ClientAddress address, string hocon = "")
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options.AddClient(address).TraceConversations().WithHocon(hocon));
        var client = new ClientHost(builder.Build());
        await client._host.StartAsync();
        try
        {
            await client.Transfers.ReadyAsync(keepTrying: false);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
