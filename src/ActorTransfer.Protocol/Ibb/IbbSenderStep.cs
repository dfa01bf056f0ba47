using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>The settings of a sender.</summary>
/// <param name="BlockSize">The block size that is requested first.</param>
/// <param name="MinBlockSize">Below this, a refusal with resource-constraint is final.</param>
/// <param name="MaxWindow">Maximum number of unacknowledged blocks if the peer is known to handle them in order; otherwise one.</param>
/// <param name="SlowAck">An acknowledgement slower than this halves the window: a larger one would only lengthen the queue.</param>
/// <param name="MaxRetries">How often in a row blocks refused with a wait error are sent again.</param>
internal sealed record IbbSenderTerms(int BlockSize, int MinBlockSize, int MaxWindow, TimeSpan SlowAck, int MaxRetries);

/// <summary>The inputs of a sender.</summary>
internal abstract record IbbSenderInput
{
    /// <summary>Opens.</summary>
    public sealed record Begin : IbbSenderInput;

    /// <summary>The peer is known to handle blocks in order: several may be outstanding.</summary>
    public sealed record OrderKept : IbbSenderInput;

    /// <summary>The result of the request to open.</summary>
    public sealed record OpenAnswered(Answer Answer) : IbbSenderInput;

    /// <summary>One block, within the granted number.</summary>
    /// <param name="Base64">Its text.</param>
    /// <param name="Length">Its bytes.</param>
    public sealed record Block(string Base64, int Length) : IbbSenderInput;

    /// <summary>The result of a block.</summary>
    /// <param name="Sequence">Which.</param>
    /// <param name="Answer">The response.</param>
    /// <param name="Took">The round-trip time.</param>
    public sealed record BlockAnswered(ushort Sequence, Answer Answer, TimeSpan Took) : IbbSenderInput;

    /// <summary>There are no more blocks.</summary>
    public sealed record LastSent : IbbSenderInput;

    /// <summary>The pause requested by <see cref="IbbSenderOutput.RetryLater"/> is over.</summary>
    public sealed record RetryDue : IbbSenderInput;

    /// <summary>The peer closed the bytestream.</summary>
    public sealed record CloseRequested(Iq Request) : IbbSenderInput;

    /// <summary>The time requested by <see cref="IbbSenderOutput.AwaitLast"/> is over.</summary>
    public sealed record GraceOver : IbbSenderInput;

    /// <summary>The request to close has a response, or timed out.</summary>
    public sealed record CloseAnswered : IbbSenderInput;

    /// <summary>This side cancels.</summary>
    public sealed record Cancel(string Why) : IbbSenderInput;
}

/// <summary>The outputs of a sender.</summary>
internal abstract record IbbSenderOutput
{
    /// <summary>Request to open the stream; returns as <see cref="IbbSenderInput.OpenAnswered"/>.</summary>
    public sealed record AskOpen(XmlElement Payload) : IbbSenderOutput;

    /// <summary>Send a block; returns as <see cref="IbbSenderInput.BlockAnswered"/>.</summary>
    public sealed record AskBlock(ushort Sequence, XmlElement Payload) : IbbSenderOutput;

    /// <summary>Request to close the stream; returns as <see cref="IbbSenderInput.CloseAnswered"/>, which is ignored after a failure.</summary>
    public sealed record AskClose(XmlElement Payload) : IbbSenderOutput;

    /// <summary>Send this response.</summary>
    public sealed record Reply(Iq Answer) : IbbSenderOutput;

    /// <summary>The stream is open with this maximum block size.</summary>
    public sealed record Opened(int BlockSize) : IbbSenderOutput;

    /// <summary>The stream was not opened.</summary>
    public sealed record Refused(Answer Answer, string Why) : IbbSenderOutput;

    /// <summary>This many more blocks may be passed in.</summary>
    public sealed record Grant(int Blocks) : IbbSenderOutput;

    /// <summary>Pause, then pass <see cref="IbbSenderInput.RetryDue"/>.</summary>
    public sealed record RetryLater : IbbSenderOutput;

    /// <summary>The peer reorders blocks; from now on one is outstanding at a time. Reported once.</summary>
    public sealed record OrderLost : IbbSenderOutput;

    /// <summary>
    /// The peer has closed or refused a block: unless all outstanding blocks are answered soon, pass <see
    /// cref="IbbSenderInput.GraceOver"/>.
    /// </summary>
    public sealed record AwaitLast : IbbSenderOutput;

    /// <summary>All bytes are acknowledged and the stream is closed.</summary>
    public sealed record Done(long Bytes) : IbbSenderOutput;

    /// <summary>The stream failed.</summary>
    public sealed record Fail(IbbFault Fault, string Why) : IbbSenderOutput;
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

    /// <summary>
    /// The peer is known to handle blocks in order. XMPP delivers them in order (RFC 6120 §10.1), but some peers hand them to a thread
    /// pool.
    /// </summary>
    public bool KeepsOrder { get; init; }

    /// <summary>Bytes that the peer has acknowledged.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Blocks in order, starting with the oldest unacknowledged one; at most the window's size.</summary>
    internal ImmutableArray<IbbFlight> Flights { get; init; } = [];

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
internal sealed record IbbFailure(IbbFault Fault, string Why, bool TellPeer);

/// <summary>An outstanding block.</summary>
internal readonly record struct IbbFlight(ushort Sequence, XmlElement Payload, int Length, IbbFlightStatus Status);

internal enum IbbFlightStatus
{
    Unsent,
    Sent,
    Acknowledged,
    Bounced,
}
