using System.Runtime.InteropServices;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.ProxyService;

/// <summary>Where a pair of connections with the same destination address stands at the proxy.</summary>
internal enum PairPhase : byte
{
    /// <summary>One party, or none yet, is connected.</summary>
    Waiting,

    /// <summary>Both parties are connected.</summary>
    Ready,

    /// <summary>Activated: bytes are relayed.</summary>
    Active,

    /// <summary>One direction was carried to its end, the other goes on.</summary>
    HalfClosed,

    /// <summary>A direction broke: a short time for what is under way in the other.</summary>
    Draining,

    /// <summary>Over.</summary>
    Closed,
}

/// <summary>Why a pair ended.</summary>
internal enum PairEnd
{
    /// <summary>Both directions were relayed to their end, or one was and the other had nothing to say any more.</summary>
    Relayed,

    /// <summary>Nobody activated in time.</summary>
    NotActivated,

    /// <summary>A party left before the activation.</summary>
    PartyLeft,

    /// <summary>A connection broke while bytes were relayed.</summary>
    Broken,

    /// <summary>The proxy shuts down.</summary>
    ShutDown,

    /// <summary>Active, and no byte moved for too long; or half-closed, and the rest could not be passed on for too long.</summary>
    Idle,

    /// <summary>The activation met a limit of the requester.</summary>
    Refused,

    /// <summary>A fault of the proxy itself.</summary>
    Failed,
}

/// <summary>State of a pair. Small, since a proxy keeps one for each of thousands.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PairState
{
    /// <summary>Where the pair stands.</summary>
    public PairPhase Phase { get; init; }

    /// <summary>How many parties were granted: 0, 1 or 2.</summary>
    public byte Parties { get; init; }

    /// <summary>A direction broke.</summary>
    public bool Broken { get; init; }

    /// <summary>An activation that waits for the second party.</summary>
    public Iq? Held { get; init; }
}

/// <summary>What can happen to a pair.</summary>
internal abstract record PairInput
{
    private PairInput()
    {
    }

    /// <summary>A connection with this pair's address wants in.</summary>
    /// <param name="Objection">What speaks against the activation that is held, if any is and something does.</param>
    public sealed record Arrived(StanzaError? Objection = null) : PairInput
    {
        /// <summary>Nothing speaks against anything.</summary>
        public static Arrived Welcome { get; } = new();
    }

    /// <summary>A waiting party closed its connection.</summary>
    public sealed record PartyLeft : PairInput
    {
        /// <summary>The only instance that is needed.</summary>
        public static PartyLeft Instance { get; } = new();
    }

    /// <summary>The requester asks for activation; sender and address were checked.</summary>
    /// <param name="Request">The stanza.</param>
    /// <param name="Objection">A limit that stands against it; counts only when both parties are there and none was activated before.</param>
    public sealed record Activate(Iq Request, StanzaError? Objection = null) : PairInput;

    /// <summary>The time that a held activation waits for the second party is over.</summary>
    public sealed record HoldExpired : PairInput
    {
        /// <summary>The only instance that is needed.</summary>
        public static HoldExpired Instance { get; } = new();
    }

    /// <summary>The pair has been in its phase for as long as it may without any progress.</summary>
    /// <param name="Stuck">There are bytes that one party has sent and the other did not take.</param>
    public sealed record TimeIsUp(bool Stuck) : PairInput
    {
        /// <summary>There are none.</summary>
        public static TimeIsUp Instance { get; } = new(Stuck: false);
    }

    /// <summary>A direction of the relay ended.</summary>
    public sealed record DirectionEnded(bool Broken) : PairInput
    {
        /// <summary>The end of the bytes was carried through.</summary>
        public static DirectionEnded Whole { get; } = new(Broken: false);

        /// <summary>A connection failed.</summary>
        public static DirectionEnded Torn { get; } = new(Broken: true);
    }

    /// <summary>The proxy shuts down: who is not active yet will not be; what is relayed goes on to its end.</summary>
    public sealed record ShutDown : PairInput
    {
        /// <summary>The only instance that is needed.</summary>
        public static ShutDown Instance { get; } = new();
    }

    /// <summary>Something that should not happen did, in whatever was carried out for the pair.</summary>
    public sealed record Failed : PairInput
    {
        /// <summary>The only instance that is needed.</summary>
        public static Failed Instance { get; } = new();
    }
}

/// <summary>What a pair wants done.</summary>
internal abstract record PairOutput
{
    private PairOutput()
    {
    }

    /// <summary>Let the arrival in (SOCKS5 reply 00) as the next party.</summary>
    public sealed record Grant : PairOutput
    {
        /// <summary>The only instance that is needed.</summary>
        public static Grant Instance { get; } = new();
    }

    /// <summary>Turn the arrival away.</summary>
    public sealed record Refuse(Socks5.Socks5Reply Code) : PairOutput;

    /// <summary>Answer an activation.</summary>
    public sealed record Reply(Iq Answer) : PairOutput;

    /// <summary>Call for <see cref="PairInput.HoldExpired"/> after a moment.</summary>
    public sealed record Hold : PairOutput
    {
        /// <summary>The only instance that is needed.</summary>
        public static Hold Instance { get; } = new();
    }

    /// <summary>Relay in both directions, for the sender of this activation.</summary>
    public sealed record StartRelay(Iq Request) : PairOutput;

    /// <summary>Close what is open and end.</summary>
    public sealed record Close(PairEnd Why) : PairOutput;
}
