// Sends a file from one user to another inside this process: an XMPP domain with two users and a SOCKS5 proxy replaces the server.
using System.Net;
using System.Security.Cryptography;
using ActorTransfer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var alice = Jid.Parse("alice@example.org/desktop");
var bob = Jid.Parse("bob@example.org/desktop");
var folder = Directory.CreateTempSubdirectory("first-transfer-");
try
{
    var builder = Host.CreateApplicationBuilder(args);
    var domain = new LocalDomain(Jid.Parse("example.org"));
    builder.Services.AddActorTransfer(o => o
        .AddLocalUser(domain, alice)
        .AddLocalUser(domain, bob)
        .AddLocalProxy(domain, Jid.Parse("proxy.example.org"), new IPEndPoint(IPAddress.Loopback, 0))
        .DownloadTo(folder.FullName));
    using var host = builder.Build();
    await host.StartAsync();

    var transfers = host.Services.GetRequiredService<IFileTransfers>();
    await transfers.ReadyAsync();

    var content = RandomNumberGenerator.GetBytes(1_000_000);
    var receiving = ReceiveOneAsync(transfers);
    var sent = await transfers.SendAsync(bob, new MemoryStream(content), new("hello.bin", content.Length));
    var received = await receiving;
    Console.WriteLine($"sent:     {await sent.Completion}");
    Console.WriteLine($"received: {received}");
    await host.StopAsync();
    return received is TransferOutcome.Completed { Sha256: var hash } && hash == Convert.ToHexStringLower(SHA256.HashData(content)) ? 0 : 1;
}
finally
{
    folder.Delete(recursive: true);
}

static async Task<TransferOutcome> ReceiveOneAsync(IFileTransfers transfers)
{
    await foreach (var offer in transfers.IncomingAsync())
    {
        var transfer = await offer.AcceptAsync();
        return await transfer.Completion;
    }

    throw new InvalidOperationException("No offer arrived.");
}
