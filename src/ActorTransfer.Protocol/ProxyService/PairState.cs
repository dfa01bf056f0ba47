using System.Runtime.InteropServices;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.ProxyService;

/// <summary>The phase of a pair of connections with the same destination address at the proxy.</summary>
internal enum PairPhase : byte
{
    /// <summary>At most one client is connected.</summary>
    Waiting,

    /// <summary>Both clients are connected.</summary>
    Ready,

    /// <summary>Activated: bytes are relayed.</summary>
    Active,

    /// <summary>One direction has ended in order, the other continues.</summary>
    HalfClosed,

    /// <summary>A direction failed: bytes in flight in the other direction get a short time.</summary>
    Draining,

    /// <summary>Over.</summary>
    Closed,
}

/// <summary>Why a pair ended.</summary>
internal enum PairEnd
{
    /// <summary>Both directions were relayed to their end, or one was and the other had no more bytes.</summary>
    Relayed,

    /// <summary>The activation timed out.</summary>
    NotActivated,

    /// <summary>A client closed its connection before the activation.</summary>
    ClientClosed,

    /// <summary>A connection failed while bytes were relayed.</summary>
    Broken,

    /// <summary>The proxy shuts down.</summary>
    ShutDown,

    /// <summary>Active, and idle for too long; or half-closed, and the rest could not be delivered in time.</summary>
    Idle,

    /// <summary>The activation exceeded a limit of the requester.</summary>
    Refused,

    /// <summary>An internal fault of the proxy.</summary>
    Failed,
}

/// <summary>State of a pair. Small, since a proxy keeps one for each of thousands.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PairState
{
    /// <summary>The current phase.</summary>
    public PairPhase Phase { get; init; }

    /// <summary>Number of clients admitted: 0, 1 or 2.</summary>
    public byte Clients { get; init; }

    /// <summary>A direction failed.</summary>
    public bool Broken { get; init; }

    /// <summary>An activation that waits for the second client.</summary>
    public Iq? Held { get; init; }
}
