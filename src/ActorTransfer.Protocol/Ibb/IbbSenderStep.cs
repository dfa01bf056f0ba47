using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>How a sender behaves.</summary>
/// <param name="BlockSize">The block size that is asked for first.</param>
/// <param name="MinBlockSize">Below this a refusal with resource-constraint is final.</param>
/// <param name="MaxWindow">Most blocks without acknowledgement, to a peer that is known to handle them in order; to others one.</param>
/// <param name="SlowAck">An acknowledgement that takes longer halves the window: more under way would only wait longer.</param>
/// <param name="MaxRetries">How often in a row blocks that met a wait error are sent again.</param>
internal sealed record IbbSenderTerms(int BlockSize, int MinBlockSize, int MaxWindow, TimeSpan SlowAck, int MaxRetries);

/// <summary>What can happen to a sender.</summary>
internal abstract record IbbSenderInput
{
    /// <summary>Opens.</summary>
    public sealed record Begin : IbbSenderInput;

    /// <summary>The peer is known to handle blocks in the order in which they come: more than one may be under way.</summary>
    public sealed record OrderKept : IbbSenderInput;

    /// <summary>What came of the request to open.</summary>
    public sealed record OpenAnswered(Answer Answer) : IbbSenderInput;

    /// <summary>One block, at most as many as were granted.</summary>
    /// <param name="Base64">Its text.</param>
    /// <param name="Length">Its bytes.</param>
    public sealed record Block(string Base64, int Length) : IbbSenderInput;

    /// <summary>What came of a block.</summary>
    /// <param name="Sequence">Which.</param>
    /// <param name="Answer">The answer.</param>
    /// <param name="Took">How long it took.</param>
    public sealed record BlockAnswered(ushort Sequence, Answer Answer, TimeSpan Took) : IbbSenderInput;

    /// <summary>There are no more blocks.</summary>
    public sealed record LastSent : IbbSenderInput;

    /// <summary>The pause that <see cref="IbbSenderOutput.RetryLater"/> asked for is over.</summary>
    public sealed record RetryDue : IbbSenderInput;

    /// <summary>The peer closes.</summary>
    public sealed record CloseRequested(Iq Request) : IbbSenderInput;

    /// <summary>The time that <see cref="IbbSenderOutput.AwaitLast"/> asked for is over.</summary>
    public sealed record GraceOver : IbbSenderInput;

    /// <summary>The request to close has its answer, or waited long enough for one.</summary>
    public sealed record CloseAnswered : IbbSenderInput;

    /// <summary>This side wants to send no more.</summary>
    public sealed record Cancel(string Why) : IbbSenderInput;
}

/// <summary>What a sender wants done.</summary>
internal abstract record IbbSenderOutput
{
    /// <summary>Ask the peer to open; comes back as <see cref="IbbSenderInput.OpenAnswered"/>.</summary>
    public sealed record AskOpen(XmlElement Payload) : IbbSenderOutput;

    /// <summary>Send a block; comes back as <see cref="IbbSenderInput.BlockAnswered"/>.</summary>
    public sealed record AskBlock(ushort Sequence, XmlElement Payload) : IbbSenderOutput;

    /// <summary>Ask the peer to close; comes back as <see cref="IbbSenderInput.CloseAnswered"/>, which after a failure is of no interest.</summary>
    public sealed record AskClose(XmlElement Payload) : IbbSenderOutput;

    /// <summary>Send this answer.</summary>
    public sealed record Reply(Iq Answer) : IbbSenderOutput;

    /// <summary>The stream is open; blocks have at most so many bytes.</summary>
    public sealed record Opened(int BlockSize) : IbbSenderOutput;

    /// <summary>The stream was not opened.</summary>
    public sealed record Refused(Answer Answer, string Why) : IbbSenderOutput;

    /// <summary>So many more blocks may be handed in.</summary>
    public sealed record Grant(int Blocks) : IbbSenderOutput;

    /// <summary>Pause, then give <see cref="IbbSenderInput.RetryDue"/>.</summary>
    public sealed record RetryLater : IbbSenderOutput;

    /// <summary>The peer turned out not to handle blocks in order; from now on one is under way at a time. Said once.</summary>
    public sealed record OrderLost : IbbSenderOutput;

    /// <summary>
    /// The peer has closed or refused a block: unless all that is under way is answered before long, give <see cref="IbbSenderInput.GraceOver"/>.
    /// </summary>
    public sealed record AwaitLast : IbbSenderOutput;

    /// <summary>All bytes are acknowledged and the stream is closed.</summary>
    public sealed record Done(long Bytes) : IbbSenderOutput;

    /// <summary>The stream broke.</summary>
    public sealed record Fail(IbbFault Fault, string Why) : IbbSenderOutput;
}

/// <summary>Where a sender stands.</summary>
internal enum IbbSenderPhase
{
    /// <summary>Nothing asked yet.</summary>
    Start,

    /// <summary>The request to open waits for its answer.</summary>
    Opening,

    /// <summary>Blocks may be sent.</summary>
    Open,

    /// <summary>All is acknowledged, the request to close waits for its answer.</summary>
    Closing,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>State of a sender.</summary>
internal sealed record IbbSenderState(string SessionId, IbbSenderTerms Terms)
{
    /// <summary>Where it stands.</summary>
    public IbbSenderPhase Phase { get; init; }

    /// <summary>Most bytes of a block: what is asked for, later what was agreed.</summary>
    public int BlockSize { get; init; } = Terms.BlockSize;

    /// <summary>Blocks that may be without acknowledgement now.</summary>
    public int Window { get; init; } = 1;

    /// <summary>The peer is known to handle blocks in order. XMPP delivers them so (RFC 6120 §10.1), but some peers hand them to a pool of threads.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>Bytes that the peer has acknowledged.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Blocks in order, up to the window's size: from the oldest without acknowledgement on.</summary>
    internal ImmutableArray<IbbFlight> Flights { get; init; } = [];

    /// <summary>Blocks that were granted and have not been handed in.</summary>
    internal int Granted { get; init; }

    internal ushort NextSequence { get; init; }

    /// <summary>A block met a wait error; nothing is sent until all that is under way has been answered and the pause is over.</summary>
    internal bool Recovering { get; init; }

    internal int Retries { get; init; }

    internal bool LastSent { get; init; }

    internal bool PeerClosed { get; init; }

    /// <summary>More than one block was under way at a time.</summary>
    internal bool Pipelined { get; init; }

    /// <summary>There is evidence that the peer does not handle blocks in order.</summary>
    internal bool OrderLost { get; init; }

    /// <summary>
    /// The stream is broken, and the answers to what is still under way tell whether lost order is the reason: they may overtake each other. Null = it is not.
    /// </summary>
    internal IbbDoom? Doom { get; init; }
}

/// <summary>How a stream breaks unless its order turns out to be lost.</summary>
internal sealed record IbbDoom(IbbFault Fault, string Why, bool TellPeer);

/// <summary>A block on its way.</summary>
internal readonly record struct IbbFlight(ushort Sequence, XmlElement Payload, int Length, IbbFlightStatus Status);

internal enum IbbFlightStatus
{
    Unsent,
    Sent,
    Acknowledged,
    Bounced,
}
