using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Actors.Connections;

/// <summary>What is known of the streamhosts of one source: the services that the server lists, or a single proxy.</summary>
internal sealed class ProxySource
{
    public ImmutableArray<StreamHost> Hosts { get; set; } = [];

    public bool IsComplete { get; set; } = true;

    public DateTimeOffset KnownUntil { get; set; }

    public ProxyDiscoveryState? Looking { get; set; }

    public DateTimeOffset LookBegan { get; set; }

    public DateTimeOffset LastHeard { get; set; }

    /// <summary>When the current discovery found its first streamhost.</summary>
    public DateTimeOffset? UsableSince { get; set; }

    /// <summary>Null = there is no streamhost to offer.</summary>
    public DateTimeOffset? HasHostsSince => Hosts.IsEmpty ? UsableSince : DateTimeOffset.MinValue;

    /// <summary>What the current discovery has found so far, then the results of the previous one.</summary>
    public IReadOnlyCollection<StreamHost> Usable => Looking is { } look ? [.. StreamHostList.ForOffer(look.Known).Union(Hosts)] : Hosts;

    /// <summary>Sender address of the requests.</summary>
    public Jid? Requester { get; set; }

    /// <summary>It was requested since the last discovery.</summary>
    public bool IsUsed { get; set; }

    /// <summary>It is neither known nor being queried.</summary>
    public bool IsExpired(DateTimeOffset now) => Looking is null && now >= KnownUntil;
}
