// An application with an actor system of its own: the engine joins it, and the application's actors speak to the engine's actor.
// An XMPP domain inside the process replaces the server.
using System.Net;
using ActorTransfer;
using ActorTransfer.Extensibility;
using Akka.Actor;
using Akka.Hosting;
using JoinedSystem;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var folder = Directory.CreateTempSubdirectory("joined-system-");
try
{
    var file = Path.Combine(folder.FullName, "order.txt");
    await File.WriteAllTextAsync(file, "one coffee");
    var bob = Jid.Parse("bob@example.org/desktop");
    var domain = new LocalDomain(Jid.Parse("example.org"));

    var builder = Host.CreateApplicationBuilder(args);
    builder.Services.AddSingleton<IOfferPolicy, AcceptAll>();
    builder.Services.AddActorTransferServices().AddAkka("orders", akka => akka
        .WithActorTransfer(o => o
            .AddLocalUser(domain, Jid.Parse("alice@example.org/desktop"))
            .AddLocalUser(domain, bob)
            .AddLocalProxy(domain, Jid.Parse("proxy.example.org"), new IPEndPoint(IPAddress.Loopback, 0))
            .DownloadTo(Path.Combine(folder.FullName, "in")))
        .WithActors((system, registry, resolver) => registry.Register<Courier>(system.ActorOf(resolver.Props<Courier>(), "courier"))));
    using var host = builder.Build();
    await host.StartAsync();
    await host.Services.GetRequiredService<IFileTransfers>().ReadyAsync();

    var courier = await host.Services.GetRequiredService<IRequiredActor<Courier>>().GetAsync();
    var outcome = await courier.Ask<TransferOutcome>(new Courier.Deliver(bob, file), TimeSpan.FromMinutes(1));
    Console.WriteLine($"outcome: {outcome}");
    await host.StopAsync();
    return outcome is TransferOutcome.Completed ? 0 : 1;
}
finally
{
    folder.Delete(recursive: true);
}

internal sealed class AcceptAll : IOfferPolicy
{
    public async ValueTask<OfferDecision> DecideAsync(IncomingOffer offer, CancellationToken ct) => new OfferDecision.Accept();
}
