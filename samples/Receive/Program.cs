// ACTOR_TRANSFER_PASSWORD=secret dotnet run --project samples/Receive -- --account bob@example.org/desktop --from alice@example.org --into inbox
using ActorTransfer;
using ActorTransfer.Extensibility;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
var settings = builder.Configuration;
var (jid, port, into, secret) = (Jid.Parse(settings["account"]!), settings.GetValue<int?>("port"), settings["into"]!, settings["ACTOR_TRANSFER_PASSWORD"]!);
builder.Services.AddActorTransfer(o => o.DownloadTo(into).AddClient(new ClientAccount { Jid = jid, Host = settings["host"], Port = port, Password = secret }));
builder.Services.AddSingleton<IOfferPolicy>(new OnlyFrom(Jid.Parse(settings["from"]!)));
builder.Build().Run(); // until Ctrl-C

internal sealed class OnlyFrom(Jid user) : IOfferPolicy
{
    public async ValueTask<OfferDecision> DecideAsync(IncomingOffer offer, CancellationToken ct) =>
        offer.Peer.Bare.Equals(user) ? new OfferDecision.Accept() : new OfferDecision.Decline();
}
