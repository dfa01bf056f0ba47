using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// The blocks of a receiving session and the memory that they use: the one that has just arrived, held ones, which wait unacknowledged, and accepted ones
/// in the <see cref="Buffer"/>. Used by one actor; the buffer is shared with the stream.
/// </summary>
internal sealed class InBandBlocks : IDisposable
{
    private readonly InBandShare _waiting;
    private readonly Queue<Chunk> _held = new();
    private Chunk? _arrived;
    private int _reserved;
    private int _taken;

    private InBandBlocks(InBandBuffer buffer, InBandShare waiting) => (Buffer, _waiting) = (buffer, waiting);

    /// <summary>Accepted blocks.</summary>
    public InBandBuffer Buffer { get; }

    /// <summary>Creates it for blocks of this size; null when there is no memory for blocks above <see cref="InBandShare.LeastBlockSize"/>.</summary>
    /// <param name="memory">Memory of all sessions.</param>
    /// <param name="blockSize">Bytes of a block.</param>
    /// <param name="capacity">Bytes of the buffer.</param>
    public static InBandBlocks? TryCreate(InBandMemory memory, int blockSize, int capacity)
    {
        var (buffered, waiting) = (InBandShare.TryOpen(memory, blockSize), InBandShare.TryOpen(memory, blockSize));
        if (buffered is not null && waiting is not null)
        {
            return new InBandBlocks(new InBandBuffer(capacity, buffered), waiting);
        }

        buffered?.Dispose();
        waiting?.Dispose();
        return null;
    }

    /// <summary>A block arrived: decodes it and takes memory for it. It must be accepted, held or discarded next.</summary>
    public (int? Length, int Room, bool HasMemory) Arrive(string base64, bool isStrict)
    {
        _arrived = Chunk.Rent(IbbBase64.MaxDecodedLength(base64.Length));
        var isSound = IbbBase64.TryDecode(base64, _arrived.Span, isStrict, out var length);
        _arrived.Truncate(length);
        var charge = IbbReceiver.ChargeOf(length);
        _reserved = _held.Count == 0 && Buffer.TryReserve(charge) ? charge : 0;
        _taken = _reserved == 0 && _waiting.TryTake(charge) ? charge : 0;
        return (isSound ? length : null, _reserved, _reserved + _taken > 0);
    }

    /// <summary>Moves the arrived block to the buffer.</summary>
    public void Accept()
    {
        Accept(_arrived!);
        (_arrived, _reserved) = (null, 0);
    }

    /// <summary>Holds the arrived block.</summary>
    public void Hold()
    {
        _held.Enqueue(_arrived!);
        (_arrived, _taken) = (null, 0);
    }

    /// <summary>The arrived block is not needed, or was already taken.</summary>
    public void Discard()
    {
        _arrived?.Dispose();
        Buffer.Release(_reserved);
        _waiting.Return(_taken);
        (_arrived, _reserved, _taken) = (null, 0, 0);
    }

    /// <summary>Reserves room in the buffer for the oldest held blocks, as far as there is room. Value: the reserved bytes.</summary>
    public int ReserveForHeld()
    {
        var room = 0;
        foreach (var charge in _held.Select(chunk => IbbReceiver.ChargeOf(chunk.Length)).TakeWhile(Buffer.TryReserve))
        {
            room += charge;
        }

        return room;
    }

    /// <summary>Moves the oldest held blocks to the buffer; their room is reserved.</summary>
    public void Release(int count)
    {
        for (; count > 0; count--)
        {
            var chunk = _held.Dequeue();
            _waiting.Return(IbbReceiver.ChargeOf(chunk.Length));
            Accept(chunk);
        }
    }

    /// <summary>Drops all held blocks.</summary>
    public void DropHeld()
    {
        while (_held.TryDequeue(out var chunk))
        {
            _waiting.Return(IbbReceiver.ChargeOf(chunk.Length));
            chunk.Dispose();
        }
    }

    public void Dispose()
    {
        Buffer.Abandon();
        _waiting.Dispose();
    }

    private void Accept(Chunk chunk)
    {
        if (chunk.Length > 0)
        {
            Buffer.Add(chunk);
        }
        else
        {
            chunk.Dispose();
            Buffer.Release(IbbReceiver.LeastCharge);
        }
    }
}
