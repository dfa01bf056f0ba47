using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.ProxyService;

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
    public sealed record Close(PairEnd Reason) : PairOutput;
}
