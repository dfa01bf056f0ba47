using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A connection as transfers use it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Connection">Its actor.</param>
/// <param name="Proxies">Its proxy directory.</param>
/// <param name="Contacts">Its contacts, see <see cref="Actors.Connections.Contacts"/>.</param>
internal sealed record Account(string Name, IActorRef Connection, IActorRef Proxies, IActorRef Contacts)
{
    /// <summary>Own address; null while the link is down.</summary>
    public Jid? Self { get; init; }

    /// <summary>The server whose services it uses; null = that of its own domain.</summary>
    public Jid? Server { get; init; }

    /// <summary>See <see cref="AccountDefinition.Moves"/>.</summary>
    public Func<bool> Moves { get; init; } = static () => false;

    /// <summary>Trusted roots for the HTTP of that server instead of the machine's; null = the machine's.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>Its proxies, as known or discovered now. Not confined to an actor.</summary>
    /// <param name="self">Own address.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<ImmutableArray<StreamHost>> ProxiesAsync(Jid self, CancellationToken ct)
    {
        var request = new ProxyDirectory.GetProxies(self);
        return (await Proxies.Ask<ProxyDirectory.Proxies>(request, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false)).Hosts;
    }
}
