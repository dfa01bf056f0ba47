// Scans every received file while its bytes arrive, and rejects it after the last one: an infected file never gets its name.
using System.Net;
using System.Text;
using ActorTransfer;
using ActorTransfer.Extensibility;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VirusScan;

var alice = Jid.Parse("alice@example.org/desktop");
var bob = Jid.Parse("bob@example.org/desktop");
var folder = Directory.CreateTempSubdirectory("virus-scan-");
try
{
    var builder = Host.CreateApplicationBuilder(args);
    var domain = new LocalDomain(Jid.Parse("example.org"));
    builder.Services.AddActorTransfer(o => o
        .AddLocalUser(domain, alice)
        .AddLocalUser(domain, bob)
        .AddLocalProxy(domain, Jid.Parse("proxy.example.org"), new IPEndPoint(IPAddress.Loopback, 0))
        .DownloadTo(folder.FullName));
    builder.Services.AddSingleton<IContentStagesPolicy, ScanReceivedFiles>();
    using var host = builder.Build();
    await host.StartAsync();
    var transfers = host.Services.GetRequiredService<IFileTransfers>();
    await transfers.ReadyAsync();

    var clean = await SendAsync(transfers, "clean.txt", new string('a', 1_000_000));
    var infected = await SendAsync(transfers, "infected.txt", new string('a', 600_000) + Scanner.TestVirus);
    var names = Directory.GetFiles(folder.FullName).Select(Path.GetFileName).ToArray();
    Console.WriteLine($"folder:   {string.Join(", ", names)}");
    await host.StopAsync();
    return clean.Received is TransferOutcome.Completed
        && infected.Received is TransferOutcome.Failed { Side: TransferSide.Local, Reason: FailureReason.Rejected }
        && infected.Sent is TransferOutcome.Failed { Reason: FailureReason.ConnectionLost } // the proxy passes the receiver's reset on
        && names is ["clean.txt"] ? 0 : 1;
}
finally
{
    folder.Delete(recursive: true);
}

async Task<(TransferOutcome Sent, TransferOutcome Received)> SendAsync(IFileTransfers transfers, string name, string text)
{
    var content = Encoding.ASCII.GetBytes(text);
    var receiving = ReceiveOneAsync(transfers);
    var sent = await transfers.SendAsync(bob, new MemoryStream(content), new(name, content.Length));
    var received = await receiving;
    Console.WriteLine($"sent:     {name}: {await sent.Completion}");
    Console.WriteLine($"received: {name}: {received}");
    return (await sent.Completion, received);
}

static async Task<TransferOutcome> ReceiveOneAsync(IFileTransfers transfers)
{
    await foreach (var offer in transfers.IncomingAsync())
    {
        return await (await offer.AcceptAsync()).Completion;
    }

    throw new InvalidOperationException("No offer arrived.");
}
