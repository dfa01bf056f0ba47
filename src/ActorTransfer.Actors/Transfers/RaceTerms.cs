using System.Collections.Immutable;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Parameters of a race.</summary>
/// <param name="Connector">Connects to streamhosts.</param>
/// <param name="Times">Limits and delays.</param>
/// <param name="OwnProxies">
/// The proxies that this side knows. Queried when the policy forbids a streamhost: known proxies are allowed anyway.
/// </param>
internal sealed record RaceTerms(
    IStreamHostConnector Connector,
    TargetSettings Times,
    Func<CancellationToken, Task<ImmutableArray<StreamHost>>> OwnProxies)
{
    /// <summary>Called for each candidate when it is tried (null) and with the reason when it fails, on any thread.</summary>
    public Action<StreamHost, string?> Tried { get; init; } = (_, _) => { };

    /// <summary>May end the attempts at candidates of low priority.</summary>
    public RaceFloor Floor { get; init; } = new();

    /// <summary>Measures the delays.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
