// ACTOR_TRANSFER_PASSWORD=secret dotnet run --project samples/Send -- --account alice@example.org --to bob@example.org --file photo.jpg
using ActorTransfer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
var settings = builder.Configuration;
var (jid, port, password) = (Jid.Parse(settings["account"]!), settings.GetValue<int?>("port"), settings["ACTOR_TRANSFER_PASSWORD"]!);
builder.Services.AddActorTransfer(o => o.AddClient(new ClientAccount { Jid = jid, Host = settings["host"], Port = port, Password = password }));
using var host = builder.Build();
await host.StartAsync();

var transfers = host.Services.GetRequiredService<IFileTransfers>();
var transfer = await transfers.SendAsync(Jid.Parse(settings["to"]!), new FileInfo(settings["file"]!));
var outcome = await transfer.Completion;
Console.WriteLine(outcome);
await host.StopAsync();
return outcome is TransferOutcome.Completed ? 0 : 1;
