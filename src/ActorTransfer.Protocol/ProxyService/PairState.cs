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
    PartyLeft,

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

/// <summary>The inputs of a pair.</summary>
internal abstract record PairInput
{
    private PairInput()
    {
    }

    /// <summary>A connection requests this pair's address.</summary>
    /// <param name="Objection">The limit that a held activation exceeds, if any.</param>
    public sealed record Arrived(StanzaError? Objection = null) : PairInput
    {
        /// <summary>No limit is exceeded.</summary>
        public static Arrived Welcome { get; } = new();
    }

    /// <summary>A waiting client closed its connection.</summary>
    public sealed record PartyLeft : PairInput
    {
        /// <summary>The singleton.</summary>
        public static PartyLeft Instance { get; } = new();
    }

    /// <summary>The requester requests activation; sender and address were checked.</summary>
    /// <param name="Request">The stanza.</param>
    /// <param name="Objection">A limit that it exceeds; relevant only when both clients are connected and the pair is not active.</param>
    public sealed record Activate(Iq Request, StanzaError? Objection = null) : PairInput;

    /// <summary>The time for a held activation is over.</summary>
    public sealed record HoldExpired : PairInput
    {
        /// <summary>The singleton.</summary>
        public static HoldExpired Instance { get; } = new();
    }

    /// <summary>The phase has lasted for its maximum time without progress.</summary>
    /// <param name="Stuck">One client has sent bytes that the other did not accept.</param>
    public sealed record TimeIsUp(bool Stuck) : PairInput
    {
        /// <summary>There are no such bytes.</summary>
        public static TimeIsUp Instance { get; } = new(Stuck: false);
    }

    /// <summary>A direction of the relay ended.</summary>
    public sealed record DirectionEnded(bool Broken) : PairInput
    {
        /// <summary>The end of the bytes was relayed.</summary>
        public static DirectionEnded Whole { get; } = new(Broken: false);

        /// <summary>A connection failed.</summary>
        public static DirectionEnded Torn { get; } = new(Broken: true);
    }

    /// <summary>The proxy shuts down: pending pairs end, active pairs are relayed to their end.</summary>
    public sealed record ShutDown : PairInput
    {
        /// <summary>The singleton.</summary>
        public static ShutDown Instance { get; } = new();
    }

    /// <summary>An unexpected fault occurred while outputs for the pair were executed.</summary>
    public sealed record Failed : PairInput
    {
        /// <summary>The singleton.</summary>
        public static Failed Instance { get; } = new();
    }
}

/// <summary>The outputs of a pair.</summary>
internal abstract record PairOutput
{
    private PairOutput()
    {
    }

    /// <summary>Accept the connection (SOCKS5 reply 00) as the next client.</summary>
    public sealed record Grant : PairOutput
    {
        /// <summary>The singleton.</summary>
        public static Grant Instance { get; } = new();
    }

    /// <summary>Refuse the connection.</summary>
    public sealed record Refuse(Socks5.Socks5Reply Code) : PairOutput;

    /// <summary>Respond to an activation.</summary>
    public sealed record Reply(Iq Answer) : PairOutput;

    /// <summary>Pass <see cref="PairInput.HoldExpired"/> after a short time.</summary>
    public sealed record Hold : PairOutput
    {
        /// <summary>The singleton.</summary>
        public static Hold Instance { get; } = new();
    }

    /// <summary>Relay in both directions, for the sender of this activation.</summary>
    public sealed record StartRelay(Iq Request) : PairOutput;

    /// <summary>Close all connections and end.</summary>
    public sealed record Close(PairEnd Why) : PairOutput;
}
