// Stores received files encrypted: what is on the disk is cipher text, from the first byte on.
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer;
using ActorTransfer.Extensibility;
using EncryptionAtRest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var alice = Jid.Parse("alice@example.org/desktop");
var bob = Jid.Parse("bob@example.org/desktop");
var folder = Directory.CreateTempSubdirectory("encryption-at-rest-");
var key = RandomNumberGenerator.GetBytes(32); // a real application has it from its key store, one for each peer if it wants
try
{
    var builder = Host.CreateApplicationBuilder(args);
    var domain = new LocalDomain(Jid.Parse("example.org"));
    builder.Services.AddActorTransfer(o => o
        .AddLocalUser(domain, alice)
        .AddLocalUser(domain, bob)
        .AddLocalProxy(domain, Jid.Parse("proxy.example.org"), new IPEndPoint(IPAddress.Loopback, 0)));
    builder.Services.AddSingleton<IDestinationPolicy>(new Encrypted(folder.FullName, key));
    using var host = builder.Build();
    await host.StartAsync();
    var transfers = host.Services.GetRequiredService<IFileTransfers>();
    await transfers.ReadyAsync();

    var secret = Encoding.UTF8.GetBytes("attack at dawn. ");
    byte[] content = [.. Enumerable.Repeat(secret, 20_000).SelectMany(line => line)];
    var receiving = ReceiveOneAsync(transfers);
    var sent = await transfers.SendAsync(bob, new MemoryStream(content), new("plan.txt", content.Length));
    var received = await receiving;
    Console.WriteLine($"sent:      {await sent.Completion}");
    Console.WriteLine($"received:  {received}");
    await host.StopAsync();

    if (received is not TransferOutcome.Completed { Path: { } path })
    {
        return 1;
    }

    var stored = await File.ReadAllBytesAsync(path);
    var isCipherText = stored.AsSpan().IndexOf(secret) < 0;
    var isEqual = EncryptedFile.Decrypt(path, key).AsSpan().SequenceEqual(content);
    Console.WriteLine($"on disk:   {stored.Length} bytes, cipher text: {isCipherText}");
    Console.WriteLine($"decrypted: equal to what was sent: {isEqual}");
    return isCipherText && isEqual && Directory.GetFiles(folder.FullName).Length == 1 ? 0 : 1;
}
finally
{
    folder.Delete(recursive: true);
}

static async Task<TransferOutcome> ReceiveOneAsync(IFileTransfers transfers)
{
    await foreach (var offer in transfers.IncomingAsync())
    {
        return await (await offer.AcceptAsync()).Completion;
    }

    throw new InvalidOperationException("No offer arrived.");
}

/// <summary>Every accepted file goes into an encrypted file.</summary>
internal sealed class Encrypted(string folder, byte[] key) : IDestinationPolicy
{
    public ValueTask<IIncomingDestination> ChooseAsync(IncomingOffer offer, CancellationToken ct) =>
        new(new StoreDestination((_, life) => EncryptedFile.CreateAsync(folder, key, life)));
}
