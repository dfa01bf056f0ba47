using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Parameters of a race.</summary>
/// <param name="Connector">Connects to streamhosts.</param>
/// <param name="Requester">The peer that offered the streamhosts: those with its JID are direct, the others proxies.</param>
/// <param name="Destinations">Destinations to request; the next one when the streamhost refuses the one before.</param>
/// <param name="Times">Limits and delays.</param>
/// <param name="OwnProxies">
/// The proxies that this side knows. Queried when the policy forbids a streamhost: known proxies are allowed anyway.
/// </param>
internal sealed record RaceTerms(
    IStreamHostConnector Connector,
    Jid Requester,
    ImmutableArray<DestinationAddress> Destinations,
    TargetSettings Times,
    Func<CancellationToken, Task<ImmutableArray<StreamHost>>> OwnProxies)
{
    /// <summary>The source of the addresses.</summary>
    public StreamHostTrust Trust { get; init; } = StreamHostTrust.Peer;

    /// <summary>Called for each candidate when it is tried (null) and with the reason when it fails, on any thread.</summary>
    public Action<StreamHost, string?> Tried { get; init; } = (_, _) => { };

    /// <summary>Measures the delays.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
