using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog.Events;

namespace ActorTransfer.Cli.Demo;

/// <summary>The host of the demonstration: the engine with either an in-process domain or a component connection, and two users.</summary>
internal sealed class DemoHost : IAsyncDisposable
{
    private readonly IHost _host;

    private DemoHost(IHost host, Jid server, Jid sender, Jid receiver, string account)
    {
        _host = host;
        (Server, Sender, Receiver, SendingAccount) = (server, sender, receiver, account);
    }

    /// <summary>Entity whose disco items are searched for a proxy.</summary>
    public Jid Server { get; }

    public Jid Sender { get; }

    public Jid Receiver { get; }

    public string SendingAccount { get; }

    public IFileTransfers Transfers => _host.Services.GetRequiredService<IFileTransfers>();

    /// <summary>Starts a host; it may not be ready yet.</summary>
    public static async Task<DemoHost> StartAsync(DemoRequest request, CancellationToken ct)
    {
        var server = request.Server is { } link ? link.Domain ?? Above(link.Component) : Jid.Parse("localhost");
        var users = request.Server?.Component ?? server;
        var (sender, receiver) = (Jid.Parse($"iphone@{users}/xiff"), Jid.Parse($"android@{users}/Spark 2.6.3"));
        void Configure(ActorTransferOptions options)
        {
            // Both ends are in this process, so local proxy addresses can be trusted.
            options.TraceStanzas().WithHocon("actor-transfer.addresses.allow = [loopback, private]");
            if (request.Server is { } remote)
            {
                options.AddComponent(new ComponentAccount
                {
                    Host = remote.EndPoint.Host,
                    Port = remote.EndPoint.Port,
                    Jid = remote.Component,
                    Secret = remote.Secret,
                    ProxiesFrom = server,
                });
            }
            else
            {
                var domain = new LocalDomain(server);
                options.AddLocalUser(domain, sender).AddLocalUser(domain, receiver)
                    .AddLocalProxy(domain, Jid.Parse($"proxy.{server}"), new IPEndPoint(IPAddress.Loopback, 0));
            }
        }

        var host = await CommandHost.StartAsync(Configure, request.Output, LogEventLevel.Warning, ct);
        return new DemoHost(host, server, sender, receiver, request.Server is null ? sender.Local! : users.Domain);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static Jid Above(Jid component)
    {
        var dot = component.Domain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? component : Jid.Parse(component.Domain[(dot + 1)..]);
    }
}
