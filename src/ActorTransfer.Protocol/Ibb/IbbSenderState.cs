using System.Collections.Immutable;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>The settings of a sender.</summary>
/// <param name="BlockSize">The block size that is requested first.</param>
/// <param name="MinBlockSize">Below this, a refusal with resource-constraint is final.</param>
/// <param name="MaxWindow">Maximum number of unacknowledged blocks if the peer is known to handle them in order; otherwise one.</param>
/// <param name="SlowAck">An acknowledgement slower than this halves the window: a larger one would only lengthen the queue.</param>
/// <param name="MaxRetries">How often in a row blocks refused with a wait error are sent again.</param>
internal sealed record IbbSenderTerms(int BlockSize, int MinBlockSize, int MaxWindow, TimeSpan SlowAck, int MaxRetries)
{
    /// <summary>Bytes of the whole content; null = not known.</summary>
    public long? Length { get; init; }
}

/// <summary>The phases of a sender.</summary>
internal enum IbbSenderPhase
{
    /// <summary>Not opened yet.</summary>
    Start,

    /// <summary>The request to open is pending.</summary>
    Opening,

    /// <summary>Blocks may be sent.</summary>
    Open,

    /// <summary>All blocks are acknowledged, the request to close is pending.</summary>
    Closing,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>State of a sender.</summary>
internal sealed record IbbSenderState(string SessionId, IbbSenderTerms Terms)
{
    /// <summary>The current phase.</summary>
    public IbbSenderPhase Phase { get; init; }

    /// <summary>Maximum bytes of a block: as requested, later as agreed.</summary>
    public int BlockSize { get; init; } = Terms.BlockSize;

    /// <summary>The current window: number of blocks that may be unacknowledged.</summary>
    public int Window { get; init; } = 1;

    /// <summary>The fastest acknowledgement so far: about a round trip.</summary>
    public TimeSpan FastestAck { get; init; } = TimeSpan.MaxValue / 4;

    /// <summary>
    /// The peer is known to handle blocks in order. XMPP delivers them in order (RFC 6120 §10.1), but some peers hand them to a thread
    /// pool.
    /// </summary>
    public bool KeepsOrder { get; init; }

    /// <summary>Bytes that the peer has acknowledged.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Blocks in order, starting with the oldest unacknowledged one; at most the window's size.</summary>
    internal IbbFlights Flights { get; init; } = IbbFlights.None;

    /// <summary>Blocks that were granted and not passed in yet.</summary>
    internal int Granted { get; init; }

    internal ushort NextSequence { get; init; }

    /// <summary>A block was refused with a wait error; nothing is sent until all outstanding blocks have responses and the pause is over.</summary>
    internal bool Recovering { get; init; }

    internal int Retries { get; init; }

    internal bool LastSent { get; init; }

    internal bool PeerClosed { get; init; }

    /// <summary>Several blocks were outstanding at the same time.</summary>
    internal bool Pipelined { get; init; }

    /// <summary>There is evidence that the peer reorders blocks.</summary>
    internal bool OrderLost { get; init; }

    /// <summary>
    /// The stream has failed, and the remaining responses, which may overtake each other, show whether reordering is the cause. Null = it
    /// has not failed.
    /// </summary>
    internal IbbFailure? Failure { get; init; }
}

/// <summary>The failure to report unless reordering turns out to be the cause.</summary>
internal sealed record IbbFailure(IbbFault Fault, string Reason, bool TellPeer);
