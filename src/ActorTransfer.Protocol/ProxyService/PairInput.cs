using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.ProxyService;

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
    public sealed record ClientClosed : PairInput
    {
        /// <summary>The singleton.</summary>
        public static ClientClosed Instance { get; } = new();
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
        public static DirectionEnded InOrder { get; } = new(Broken: false);

        /// <summary>A connection failed.</summary>
        public static DirectionEnded WithFault { get; } = new(Broken: true);
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
