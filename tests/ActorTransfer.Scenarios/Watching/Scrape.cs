using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Cli.Exports;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Scenarios.InProcess;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>The output of <c>--metrics</c> after transfers that completed and failed.</summary>
internal sealed class Scrape : IAsyncDisposable
{
    private readonly Exporters _exporters;
    private readonly HttpClient _http = new();
    private LocalDomainHost? _host;

    private Scrape()
    {
        Port = FreePort();
        _exporters = new Exporters(new ExportRequest(null, new DnsEndPoint("127.0.0.1", Port)));
    }

    public int Port { get; }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static async Task<Scrape> StartAsync()
    {
        var scrape = new Scrape();
        await scrape._exporters.StartAsync(CancellationToken.None);
        scrape._host = await LocalDomainHost.StartAsync();
        await scrape.TransferAsync();
        return scrape;
    }

    public async Task<string> TextAsync() => await _http.GetStringAsync(new Uri($"http://127.0.0.1:{Port}/metrics"));

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _exporters.Dispose();
        _http.Dispose();
    }

    /// <summary>What seldom happens is counted as if it had.</summary>
    private async Task TransferAsync()
    {
        var host = _host!;
        var accepting = host.AcceptNextAsync();
        var file = new FileDescription("original.bin", 300_000);
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(new byte[300_000]), file, new SendOptions("iphone"));
        await (await accepting).Completion;
        await sent.Completion;
        await (await host.Transfers.SendAsync(Jid.Parse("missing@local.test/home"), new MemoryStream(), new FileDescription("a", 0), new SendOptions("iphone")))
            .Completion;
        var metrics = EngineMetrics.Of(host.Services.GetRequiredService<ActorSystem>());
        metrics.ActorFailed();
        metrics.Connections.Reconnecting("iphone");
        metrics.Transfers.Refused(sends: true, AdmissionLimit.Active);
        metrics.Transfers.Queued(sends: true, 1);
        metrics.Transfers.CandidateFailed(sends: false, StreamMethod.Direct);
        metrics.Proxy.Refused(ProxyRefusal.Acl, 1);
    }
}
