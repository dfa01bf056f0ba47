// Two engines inside an XMPP server that is written in .NET: one is the session of a user and a proxy, the other serves all addresses of a domain.
using System.Net;
using System.Security.Cryptography;
using ActorTransfer;
using InProcessServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var folder = Directory.CreateTempSubdirectory("in-process-server-");
using var stop = new CancellationTokenSource();
var server = new ToyServer("example.org");
var alice = server.Connect("alice@example.org/desktop");
var proxy = server.Connect("proxy.example.org");
var files = server.Connect("files.example.org");
var routing = server.RunAsync(stop.Token);
try
{
    using var sender = await StartAsync(o => o.AddLink(alice).AddProxy(new ProxyOptions { Link = proxy, Listen = [new IPEndPoint(IPAddress.Loopback, 0)] }));
    using var receiver = await StartAsync(o => o.AddLink(files).DownloadTo(folder.FullName));
    var whole = true;
    foreach (var to in new[] { "bob@files.example.org/inbox", "carol@files.example.org/inbox" })
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        var receiving = ReceiveOneAsync(receiver);
        var sent = await Transfers(sender).SendAsync(Jid.Parse(to), new MemoryStream(content), new("hello.bin", content.Length));
        var (address, received) = await receiving;
        Console.WriteLine($"sent:     {await sent.Completion}");
        Console.WriteLine($"received: as {address}: {received}");
        whole &= received is TransferOutcome.Completed { Sha256: var hash } && hash == Convert.ToHexStringLower(SHA256.HashData(content));
    }

    Console.WriteLine($"routed:   {server.Routed} stanzas");
    await receiver.StopAsync();
    await sender.StopAsync();
    return whole ? 0 : 1;
}
finally
{
    await stop.CancelAsync();
    await routing;
    folder.Delete(recursive: true);
}

static IFileTransfers Transfers(IHost host) => host.Services.GetRequiredService<IFileTransfers>();

static async Task<IHost> StartAsync(Action<ActorTransferOptions> configure)
{
    var builder = Host.CreateApplicationBuilder();
    builder.Services.AddActorTransfer(o => configure(o.WithHocon("actor-transfer.addresses.allow = [loopback]")));
    var host = builder.Build();
    await host.StartAsync();
    await Transfers(host).ReadyAsync();
    return host;
}

static async Task<(Jid Address, TransferOutcome Outcome)> ReceiveOneAsync(IHost host)
{
    await foreach (var offer in Transfers(host).IncomingAsync())
    {
        return (offer.To, await (await offer.AcceptAsync()).Completion);
    }

    throw new InvalidOperationException("No offer arrived.");
}
