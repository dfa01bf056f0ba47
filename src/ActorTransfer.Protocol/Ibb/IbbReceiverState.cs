using System.Collections.Immutable;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>Limits of a receiver.</summary>
/// <param name="MaxBlockSize">Largest block size that is accepted, in bytes.</param>
/// <param name="MaxHeldBytes">Maximum bytes held without an acknowledgement.</param>
/// <param name="MaxAckDelay">How long an acknowledgement may be delayed; then the block is refused with wait/resource-constraint.</param>
/// <param name="AllowsMessages">Whether blocks may come in message stanzas, which cannot be delayed.</param>
internal sealed record IbbReceiverTerms(int MaxBlockSize, int MaxHeldBytes, TimeSpan MaxAckDelay, bool AllowsMessages)
{
    /// <summary>Blocks up to this size are accepted even if the peer opens with a smaller one.</summary>
    public int OfferedBlockSize { get; init; }

    /// <summary>Fewer bytes are not the whole content; null = any number may be.</summary>
    public long? Length { get; init; }
}

/// <summary>The inputs of a receiver.</summary>
internal abstract record IbbReceiverInput
{
    /// <summary>The peer opens the bytestream of a session that this side agreed to.</summary>
    public sealed record OpenRequested(Iq Request) : IbbReceiverInput;

    /// <summary>A block.</summary>
    /// <param name="Request">The iq that contained it; null = a message.</param>
    /// <param name="Sequence">Its number; null = invalid.</param>
    /// <param name="Length">Its bytes; null = invalid base64.</param>
    /// <param name="Room">Free bytes of the buffer.</param>
    /// <param name="Now">Time of a monotonic clock.</param>
    /// <param name="HasMemory">False: all sessions together have reached the memory limit, and this one has used its share.</param>
    public sealed record Arrived(Iq? Request, ushort? Sequence, int? Length, int Room, TimeSpan Now, bool HasMemory = true) : IbbReceiverInput;

    /// <summary>The consumer has read from the buffer, which now has <paramref name="Room"/> free bytes.</summary>
    public sealed record RoomMade(int Room) : IbbReceiverInput;

    /// <summary>The time <see cref="IbbReceiverState.HoldEnds"/> was reached.</summary>
    public sealed record HoldOver(TimeSpan Now) : IbbReceiverInput;

    /// <summary>The peer closed the bytestream.</summary>
    public sealed record CloseRequested(Iq Request) : IbbReceiverInput;

    /// <summary>This side cancels.</summary>
    public sealed record Cancel : IbbReceiverInput;

    /// <summary>The XMPP link was lost; stanzas over a new link belong to no session.</summary>
    public sealed record LinkLost : IbbReceiverInput;
}

/// <summary>The outputs of a receiver.</summary>
internal abstract record IbbReceiverOutput
{
    /// <summary>Send this response.</summary>
    public sealed record Reply(Iq Answer) : IbbReceiverOutput;

    /// <summary>The stream is open.</summary>
    public sealed record Opened(IbbOpen Terms) : IbbReceiverOutput;

    /// <summary>The stream was not opened; the peer was notified and may retry.</summary>
    public sealed record Refused(StanzaError Error) : IbbReceiverOutput;

    /// <summary>Put the received block into the buffer.</summary>
    public sealed record Accept : IbbReceiverOutput;

    /// <summary>Hold the received block, after those held already, until there is buffer space.</summary>
    public sealed record Hold : IbbReceiverOutput;

    /// <summary>Discard the received block.</summary>
    public sealed record Drop : IbbReceiverOutput;

    /// <summary>Put the first <paramref name="Count"/> held blocks into the buffer.</summary>
    public sealed record Release(int Count) : IbbReceiverOutput;

    /// <summary>Discard the held blocks.</summary>
    public sealed record DropHeld : IbbReceiverOutput;

    /// <summary>Notify the peer that the stream is closed; ignore its response.</summary>
    public sealed record Close : IbbReceiverOutput;

    /// <summary>The content of the buffer is complete: the regular end.</summary>
    public sealed record Complete : IbbReceiverOutput;

    /// <summary>The peer closed the stream before all bytes had come. The end of the buffer follows.</summary>
    public sealed record ClosedEarly : IbbReceiverOutput;

    /// <summary>The stream failed after the content of the buffer.</summary>
    public sealed record Fail(IbbFault Fault, string Reason) : IbbReceiverOutput;
}

/// <summary>The phases of a receiver.</summary>
internal enum IbbReceiverPhase
{
    /// <summary>Not opened yet.</summary>
    Start,

    /// <summary>Blocks are accepted.</summary>
    Open,

    /// <summary>The peer has closed; blocks are still held.</summary>
    Finishing,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>State of a receiver.</summary>
internal sealed record IbbReceiverState(string SessionId, IbbReceiverTerms Terms)
{
    /// <summary>The current phase.</summary>
    public IbbReceiverPhase Phase { get; init; }

    /// <summary>Maximum bytes of a block, as agreed.</summary>
    public int BlockSize { get; init; }

    /// <summary>Number of the next block.</summary>
    public ushort Expected { get; init; }

    /// <summary>When the oldest held block must be refused; null = none can be.</summary>
    public TimeSpan? HoldEnds =>
        Phase == IbbReceiverPhase.Open && !Held.IsEmpty && Held.Peek() is { Request: not null } oldest ? oldest.Since + Terms.MaxAckDelay : null;

    /// <summary>Bytes that the oldest held block needs; 0 when none is held.</summary>
    public int RoomWanted => Held.IsEmpty ? 0 : Held.Peek().Charge;

    /// <summary>Blocks held for lack of buffer space, oldest first.</summary>
    internal ImmutableQueue<IbbHeldBlock> Held { get; init; } = [];

    /// <summary>What they count towards the limits.</summary>
    internal int HeldBytes { get; init; }

    /// <summary>Bytes of the acknowledged blocks.</summary>
    internal long Received { get; init; }

    /// <summary>Fewer bytes have come than the content has.</summary>
    internal bool IsShort => Received + Held.Sum(block => (long)block.Length) < Terms.Length;

    /// <summary>The blocks acknowledged last: the resumption of a stream repeats those that may have been lost (XEP-0198 §5).</summary>
    internal ImmutableQueue<(ushort Sequence, string Id)> Acknowledged { get; init; } = [];

    internal int AcknowledgedCount { get; init; }

    /// <summary>
    /// Blocks from <see cref="Expected"/> up to here were refused for lack of buffer space; blocks pipelined behind them must be refused in
    /// the same way. Null = none.
    /// </summary>
    internal ushort? RefusedUpTo { get; init; }
}

/// <summary>An unacknowledged block.</summary>
internal sealed record IbbHeldBlock(Iq? Request, ushort Sequence, int Length, TimeSpan Since)
{
    public int Charge => IbbReceiver.ChargeOf(Length);
}
