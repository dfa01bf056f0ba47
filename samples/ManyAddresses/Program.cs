// An external component (XEP-0114) that receives files for every address of its domain, in a folder for each.
// Options: --component files.example.org --server 127.0.0.1 --port 5347 --into /srv/files; the secret is in ACTOR_TRANSFER_PASSWORD.
using ActorTransfer;
using ActorTransfer.Extensibility;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
var settings = builder.Configuration;
builder.Services.AddActorTransfer(o => o.AddComponent(new ComponentAccount
{
    Host = settings["server"]!,
    Port = settings.GetValue<int>("port"),
    Jid = Jid.Parse(settings["component"]!),
    Secret = settings["ACTOR_TRANSFER_PASSWORD"]!,
}));
builder.Services.AddSingleton<IOfferPolicy, Mailboxes>();
builder.Services.AddSingleton<IDestinationPolicy>(new FolderPerAddress(settings["into"]!));
builder.Build().Run();

/// <summary>Accepts files for addresses with a local part: a real service looks the address up.</summary>
internal sealed class Mailboxes : IOfferPolicy
{
    public async ValueTask<OfferDecision> DecideAsync(IncomingOffer offer, CancellationToken ct) => offer.To.Local is null
        ? new OfferDecision.Decline("Send to an address with a user, for example inbox@" + offer.To.Domain)
        : new OfferDecision.Accept();
}

/// <summary>The address that the peer has chosen is untrusted input: <c>Below</c> makes it the name of one folder.</summary>
internal sealed class FolderPerAddress(string root) : IDestinationPolicy
{
    public async ValueTask<IIncomingDestination> ChooseAsync(IncomingOffer offer, CancellationToken ct) =>
        FolderDestination.Below(root, offer.To.Bare.ToString());
}
