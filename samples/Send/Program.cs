// ACTOR_TRANSFER_PASSWORD=secret dotnet run --project samples/Send -- --account alice@example.org --to bob@example.org --file photo.jpg
using ActorTransfer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
var settings = builder.Configuration;
builder.Services.AddActorTransfer(o => o.AddClient(new ClientAccount { Jid = Jid.Parse(settings["account"]!), Host = settings["host"], Port = settings.GetValue<int?>("port"), Password = settings["ACTOR_TRANSFER_PASSWORD"]! }));
using var host = builder.Build();
await host.StartAsync();

var transfers = host.Services.GetRequiredService<IFileTransfers>();
var transfer = await transfers.SendAsync(Jid.Parse(settings["to"]!), new FileInfo(settings["file"]!));
var outcome = await transfer.Completion;
Console.WriteLine(outcome);
await host.StopAsync();
return outcome is TransferOutcome.Completed ? 0 : 1;
