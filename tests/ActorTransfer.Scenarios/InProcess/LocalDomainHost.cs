using System.Net;
using ActorTransfer.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>An application with an in-process domain: iphone and android as users, one proxy; all sockets on loopback.</summary>
public sealed class LocalDomainHost : IAsyncDisposable
{
    /// <summary>Settings of an application that offers a direct streamhost on loopback.</summary>
    public const string Direct = "actor-transfer { addresses.allow = [loopback], stream-host { enabled = on, bind = \"127.0.0.1\" } }";

    /// <summary>Most specs are about states, stanzas and outcomes of stream initiation; <see cref="JingleSpec"/> about those of Jingle.</summary>
    private const string Initiation = "actor-transfer.initiator.signalling = si";

    /// <summary>For hosts whose tests leave transfers behind.</summary>
    private const string Short = "actor-transfer.transfers.drain-timeout = 500ms";

    private readonly IHost _host;
    private readonly TemporaryFolder _folder;

    private LocalDomainHost(IHost host, LocalDomain domain, TemporaryFolder folder)
    {
        _host = host;
        _folder = folder;
        Domain = domain;
    }

    public static Jid Sender { get; } = Jid.Parse("iphone@local.test/xiff");

    public static Jid Receiver { get; } = Jid.Parse("android@local.test/Spark 2.6.3");

    public LocalDomain Domain { get; }

    /// <summary>The folder of received files; deleted with the host.</summary>
    public string Folder => _folder.Path;

    public IFileTransfers Transfers => _host.Services.GetRequiredService<IFileTransfers>();

    public IServiceProvider Services => _host.Services;

    /// <param name="hocon">Settings.</param>
    /// <param name="configure">Other options.</param>
    /// <param name="logs">Gets the log.</param>
    /// <param name="withProxy">True to add a proxy.</param>
    /// <param name="component">The JID of a component of the domain.</param>
    /// <param name="services">Adds services of the application; gets the folder.</param>
    /// <param name="isReady">Whether to wait until all connections are up.</param>
    public static async Task<LocalDomainHost> StartAsync(
        string hocon = "", Action<ActorTransferOptions>? configure = null, ILoggerProvider? logs = null, bool withProxy = true, Jid? component = null,
        Action<IServiceCollection, string>? services = null, bool isReady = true)
    {
        var domain = new LocalDomain(Jid.Parse("local.test"));
        var folder = new TemporaryFolder();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (logs is not null)
        {
            builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        }

        builder.Services.AddActorTransfer(options =>
        {
            options.WithHocon(Initiation).WithHocon(Short).WithHocon(hocon)
                .AddLocalUser(domain, Sender)
                .AddLocalUser(domain, Receiver)
                .DownloadTo(folder.Path);
            if (withProxy)
            {
                options.AddLocalProxy(domain, Jid.Parse("proxy.local.test"), new IPEndPoint(IPAddress.Loopback, 0));
            }

            if (component is not null)
            {
                options.AddLocalUser(domain, component);
            }

            configure?.Invoke(options);
        });
        services?.Invoke(builder.Services, folder.Path);
        var host = builder.Build();
        await host.StartAsync();
        var started = new LocalDomainHost(host, domain, folder);
        if (isReady)
        {
            await started.Transfers.ReadyAsync();
        }

        return started;
    }

    /// <summary>Accepts the next offer.</summary>
    public async Task<ITransfer> AcceptNextAsync()
    {
        await foreach (var offer in Transfers.IncomingAsync())
        {
            return await offer.AcceptAsync();
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>Stops the application; <see cref="DisposeAsync"/> must still be called.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _folder.Dispose();
    }
}
