using System.IO.Pipelines;
using System.Net;
using ActorTransfer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.AspNetCore.Tests;

/// <summary>An ASP.NET Core application with the page, on loopback: with an engine of two users and a proxy, or with a scripted monitor.</summary>
public sealed class PageHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TemporaryFolder _folder;

    private PageHost(WebApplication application, TemporaryFolder folder) => (_application, _folder) = (application, folder);

    public static Jid Alice { get; } = Jid.Parse("alice@local.test/desktop");

    public static Jid Bob { get; } = Jid.Parse("bob@local.test/desktop");

    public static Jid Proxy { get; } = Jid.Parse("proxy.local.test");

    /// <summary>For example <c>http://127.0.0.1:40000</c>.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Address of the page.</summary>
    public string Page => new Uri(Address, "transfers/").AbsoluteUri;

    public IFileTransfers Transfers => _application.Services.GetRequiredService<IFileTransfers>();

    public ITransferMonitor Monitor => _application.Services.GetRequiredService<ITransferMonitor>();

    /// <summary>With an engine.</summary>
    public static async Task<PageHost> StartAsync(string hocon = "")
    {
        var domain = new LocalDomain(Jid.Parse("local.test"));
        var folder = new TemporaryFolder();
        var host = await StartAsync(
            services => services.AddActorTransfer(options => options
                .WithHocon(hocon)
                .AddLocalUser(domain, Alice)
                .AddLocalUser(domain, Bob)
                .AddLocalProxy(domain, Proxy, new IPEndPoint(IPAddress.Loopback, 0))
                .DownloadTo(folder.Path)),
            application => application.MapActorTransfer(),
            folder);
        await host.Transfers.ReadyAsync();
        return host;
    }

    /// <summary>With what the test registers and maps.</summary>
    public static Task<PageHost> StartAsync(Action<IServiceCollection> register, Action<WebApplication> map) =>
        StartAsync(register, map, new TemporaryFolder());

    /// <summary>With the page of a scripted monitor.</summary>
    public static Task<PageHost> StartAsync(ITransferMonitor monitor) =>
        StartAsync(services => services.AddSingleton(monitor), application => application.MapActorTransfer());

    /// <summary>Alice sends to Bob, who accepts; the test writes the bytes.</summary>
    public async Task<(ITransfer Sent, ITransfer Received, PipeWriter Content)> SendAsync(string name, long size)
    {
        var pipe = new Pipe();
        var accepting = AcceptAsync();
        var sent = await Transfers.SendAsync(Bob, pipe.Reader, new FileDescription(name, size));
        return (sent, await accepting, pipe.Writer);
    }

    /// <summary>Bob's next offer.</summary>
    public async Task<IIncomingOffer> OfferAsync()
    {
        await foreach (var offer in Transfers.IncomingAsync())
        {
            return offer;
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>Stops the application; <see cref="DisposeAsync"/> must still be called.</summary>
    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<PageHost> StartAsync(Action<IServiceCollection> register, Action<WebApplication> map, TemporaryFolder folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        register(builder.Services);
        var host = new PageHost(builder.Build(), folder);
        try
        {
            map(host._application);
            await host._application.StartAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    private async Task<ITransfer> AcceptAsync() => await (await OfferAsync()).AcceptAsync();
}
