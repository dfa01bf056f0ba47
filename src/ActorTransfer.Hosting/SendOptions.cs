using System.Collections.Immutable;
using System.IO.Pipelines;
using ActorTransfer.Actors.Transfers;

namespace ActorTransfer;

/// <summary>How to send.</summary>
/// <param name="Account">Name of the account; null = the first.</param>
/// <param name="From">Own full JID; null = the account's own. Components may send from any JID of their domain.</param>
public sealed record SendOptions(string? Account = null, Jid? From = null)
{
    /// <summary>StreamMethods that the bytes may take. Default: all, the fastest kind first.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.All;

    /// <summary>Proxies that are offered besides those that the server names.</summary>
    public ImmutableArray<Jid> Proxies { get; init; } = [];
}
