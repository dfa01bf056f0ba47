using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>What a receiver allows.</summary>
/// <param name="MaxBlockSize">Largest block size that is accepted, in bytes.</param>
/// <param name="MaxHeldBytes">What may wait for room without being acknowledged, in bytes.</param>
/// <param name="MaxAckDelay">How long an acknowledgement may wait for room; then the block is refused with wait/resource-constraint.</param>
/// <param name="AllowsMessages">Whether blocks may come in message stanzas, which cannot be held up.</param>
internal sealed record IbbReceiverTerms(int MaxBlockSize, int MaxHeldBytes, TimeSpan MaxAckDelay, bool AllowsMessages);

/// <summary>What can happen to a receiver.</summary>
internal abstract record IbbReceiverInput
{
    /// <summary>The peer asks to open. The session is one that this side agreed to.</summary>
    public sealed record OpenRequested(Iq Request) : IbbReceiverInput;

    /// <summary>A block.</summary>
    /// <param name="Request">The iq that brought it; null = a message did.</param>
    /// <param name="Sequence">Its number; null = none that can be read.</param>
    /// <param name="Length">Its bytes; null = no sound base64.</param>
    /// <param name="Room">Bytes that the buffer can take now.</param>
    /// <param name="Now">Time of any clock that only goes forward.</param>
    /// <param name="HasMemory">False: all sessions together have used up what they may, and this one has its share.</param>
    public sealed record Arrived(Iq? Request, ushort? Sequence, int? Length, int Room, TimeSpan Now, bool HasMemory = true) : IbbReceiverInput;

    /// <summary>The consumer has taken bytes from the buffer, which can take <paramref name="Room"/> now.</summary>
    public sealed record RoomMade(int Room) : IbbReceiverInput;

    /// <summary>The time that <see cref="IbbReceiverState.HoldEnds"/> named has come.</summary>
    public sealed record HoldOver(TimeSpan Now) : IbbReceiverInput;

    /// <summary>The peer closes.</summary>
    public sealed record CloseRequested(Iq Request) : IbbReceiverInput;

    /// <summary>This side wants no more.</summary>
    public sealed record Cancel : IbbReceiverInput;

    /// <summary>The XMPP link is lost; whatever comes over a new one belongs to no session.</summary>
    public sealed record LinkLost : IbbReceiverInput;
}

/// <summary>What a receiver wants done.</summary>
internal abstract record IbbReceiverOutput
{
    /// <summary>Send this answer.</summary>
    public sealed record Reply(Iq Answer) : IbbReceiverOutput;

    /// <summary>The stream is open.</summary>
    public sealed record Opened(IbbOpen Terms) : IbbReceiverOutput;

    /// <summary>The stream was not opened; the peer has been told. It may ask again.</summary>
    public sealed record Refused(StanzaError Error) : IbbReceiverOutput;

    /// <summary>The block that arrived goes into the buffer.</summary>
    public sealed record Accept : IbbReceiverOutput;

    /// <summary>The block that arrived waits for room, behind those that wait already.</summary>
    public sealed record Hold : IbbReceiverOutput;

    /// <summary>The block that arrived is of no use.</summary>
    public sealed record Drop : IbbReceiverOutput;

    /// <summary>The first <paramref name="Count"/> of the blocks that wait go into the buffer.</summary>
    public sealed record Release(int Count) : IbbReceiverOutput;

    /// <summary>The blocks that wait are of no use.</summary>
    public sealed record DropHeld : IbbReceiverOutput;

    /// <summary>Tell the peer that the stream is closed; whatever it answers does not matter.</summary>
    public sealed record Close : IbbReceiverOutput;

    /// <summary>What is in the buffer is all: the regular end.</summary>
    public sealed record Complete : IbbReceiverOutput;

    /// <summary>The stream broke behind what is in the buffer.</summary>
    public sealed record Fail(IbbFault Fault, string Why) : IbbReceiverOutput;
}

/// <summary>Where a receiver stands.</summary>
internal enum IbbReceiverPhase
{
    /// <summary>Not opened yet.</summary>
    Start,

    /// <summary>Blocks may come.</summary>
    Open,

    /// <summary>The peer has closed; blocks still wait for room.</summary>
    Finishing,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>State of a receiver.</summary>
internal sealed record IbbReceiverState(string SessionId, IbbReceiverTerms Terms)
{
    /// <summary>Where it stands.</summary>
    public IbbReceiverPhase Phase { get; init; }

    /// <summary>Most bytes of a block, as agreed.</summary>
    public int BlockSize { get; init; }

    /// <summary>Number of the next block.</summary>
    public ushort Expected { get; init; }

    /// <summary>When the oldest block that waits must be refused; null = none waits that could be.</summary>
    public TimeSpan? HoldEnds =>
        Phase == IbbReceiverPhase.Open && !Held.IsEmpty && Held.Peek() is { Request: not null } oldest ? oldest.Since + Terms.MaxAckDelay : null;

    /// <summary>Room that the oldest block that waits needs; 0 when none does.</summary>
    public int RoomWanted => Held.IsEmpty ? 0 : Held.Peek().Charge;

    /// <summary>Blocks that wait for room, oldest first.</summary>
    internal ImmutableQueue<IbbHeldBlock> Held { get; init; } = [];

    /// <summary>What they count for.</summary>
    internal int HeldBytes { get; init; }

    /// <summary>The blocks acknowledged last, for the resumption of a stream repeats what it may have lost (XEP-0198 §5).</summary>
    internal ImmutableQueue<(ushort Sequence, string Id)> Acknowledged { get; init; } = [];

    internal int AcknowledgedCount { get; init; }

    /// <summary>
    /// Blocks from <see cref="Expected"/> up to here were refused for want of room; what was sent behind them without waiting has to be
    /// refused in the same way. Null = none.
    /// </summary>
    internal ushort? RefusedUpTo { get; init; }
}

/// <summary>A block without acknowledgement.</summary>
internal sealed record IbbHeldBlock(Iq? Request, ushort Sequence, int Charge, TimeSpan Since);
