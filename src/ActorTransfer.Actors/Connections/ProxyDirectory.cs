using System.Collections.Immutable;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Connections;

/// <summary>Messages of a proxy directory.</summary>
internal static class ProxyDirectory
{
    /// <summary>The sender gets <see cref="Proxies"/>, from the cache or after a discovery.</summary>
    /// <param name="Self">Own address to send requests from; null = the connection's own.</param>
    /// <param name="Extra">Proxies that are queried besides those that the server lists, and offered before them; default = none.</param>
    /// <param name="HasOthers">There are other streamhosts to offer, so even the first proxy is not awaited for longer than <c>discovery.grace</c>.</param>
    public sealed record GetProxies(Jid? Self, ImmutableArray<Jid> Extra = default, bool HasOthers = false);

    /// <summary>The streamhosts of all known proxies, best first; may be empty.</summary>
    /// <param name="Hosts">The streamhosts.</param>
    /// <param name="Complete">False: the discovery was interrupted, for example by a lost link, so an empty list does not mean that there is no proxy.</param>
    public sealed record Proxies(ImmutableArray<StreamHost> Hosts, bool Complete = true);

    /// <summary>Reports a transfer's experience with a streamhost of a proxy. There is no reply.</summary>
    /// <param name="Host">As in <see cref="Proxies"/>.</param>
    /// <param name="Took">From the connect to the confirmed activation; null = it could not be used.</param>
    public sealed record Report(StreamHost Host, TimeSpan? Took);
}
