// Receives files into an object store. When the store fails in the middle, the transfer fails with a typed outcome and nothing is left in the store.
using System.Net;
using System.Security.Cryptography;
using ActorTransfer;
using ActorTransfer.Extensibility;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ObjectStore;

var alice = Jid.Parse("alice@example.org/desktop");
var bob = Jid.Parse("bob@example.org/desktop");
await using var store = await FakeObjectStore.StartAsync();
using var client = new HttpClient();

var builder = Host.CreateApplicationBuilder(args);
var domain = new LocalDomain(Jid.Parse("example.org"));
builder.Services.AddActorTransfer(o => o
    .AddLocalUser(domain, alice)
    .AddLocalUser(domain, bob)
    .AddLocalProxy(domain, Jid.Parse("proxy.example.org"), new IPEndPoint(IPAddress.Loopback, 0)));
builder.Services.AddSingleton<IDestinationPolicy>(new IntoStore(client, store.Address));
using var host = builder.Build();
await host.StartAsync();
var transfers = host.Services.GetRequiredService<IFileTransfers>();
await transfers.ReadyAsync();

var content = RandomNumberGenerator.GetBytes(2_000_000);
var received = await SendAsync("whole.bin");
store.FailsAtPart = 4;
var broken = await SendAsync("broken.bin");
Console.WriteLine($"store:    {store.Objects.Count} objects, {store.OpenUploads} open uploads");
await host.StopAsync();
return received is TransferOutcome.Completed { Path: { } address }
    && store.Objects[address[(address.LastIndexOf('/') + 1)..]].AsSpan().SequenceEqual(content)
    && broken is TransferOutcome.Failed { Side: TransferSide.Local, Reason: FailureReason.FileUnwritable }
    && store is { Objects.Count: 1, OpenUploads: 0 } ? 0 : 1;

async Task<TransferOutcome> SendAsync(string name)
{
    var receiving = ReceiveOneAsync();
    var sent = await transfers.SendAsync(bob, new MemoryStream(content), new(name, content.Length));
    var outcome = await receiving;
    Console.WriteLine($"sent:     {name}: {await sent.Completion}");
    Console.WriteLine($"received: {name}: {outcome}");
    return outcome;
}

async Task<TransferOutcome> ReceiveOneAsync()
{
    await foreach (var offer in transfers.IncomingAsync())
    {
        return await (await offer.AcceptAsync()).Completion;
    }

    throw new InvalidOperationException("No offer arrived.");
}

/// <summary>Every accepted file becomes an object with a random key: the peer's name for it is text, not an address.</summary>
internal sealed class IntoStore(HttpClient client, Uri store) : IDestinationPolicy
{
    public ValueTask<IIncomingDestination> ChooseAsync(IncomingOffer offer, CancellationToken ct) =>
        new(new StoreDestination((_, life) => ObjectUpload.BeginAsync(client, new Uri(store, $"{Guid.NewGuid():n}"), life)));
}
