using System.Collections.Immutable;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>The outstanding blocks of a sender in order, starting with the oldest unacknowledged one. Immutable.</summary>
internal readonly record struct IbbFlights
{
    private readonly ImmutableArray<IbbFlight> _blocks;

    private IbbFlights(ImmutableArray<IbbFlight> blocks) => _blocks = blocks;

    /// <summary>No block is outstanding.</summary>
    public static IbbFlights None { get; } = new([]);

    public int Count => _blocks.Length;

    public bool IsEmpty => _blocks.IsEmpty;

    /// <summary>Their bytes.</summary>
    public long Bytes => _blocks.Sum(static block => (long)block.Length);

    /// <summary>A sent block has no response yet.</summary>
    public bool AwaitsResponse => FindSent(_blocks.Length) >= 0;

    /// <summary>A block must be sent, or sent again.</summary>
    public bool HasUndelivered => _blocks.Any(static block => block.Status is IbbFlightStatus.Unsent or IbbFlightStatus.Bounced);

    public IbbFlight this[int at] => _blocks[at];

    /// <summary>The position of a sent block; -1 when there is none of this number.</summary>
    public int IndexOfSent(ushort sequence)
    {
        for (var at = 0; at < _blocks.Length; at++)
        {
            if (_blocks[at].Sequence == sequence && _blocks[at].Status == IbbFlightStatus.Sent)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>An earlier block has no response yet: a peer that handles blocks in order responds in order, too (RFC 6120 §10.1).</summary>
    public bool IsOvertaking(int at) => FindSent(at) >= 0;

    /// <summary>The first block that was acknowledged, although an earlier one was not; null = none.</summary>
    public IbbFlight? FirstAcknowledged()
    {
        foreach (var block in _blocks)
        {
            if (block.Status == IbbFlightStatus.Acknowledged)
            {
                return block;
            }
        }

        return null;
    }

    public IbbFlights Add(IbbFlight block) => new(_blocks.Add(block));

    public IbbFlights With(int at, IbbFlightStatus status) => new(_blocks.SetItem(at, _blocks[at] with { Status = status }));

    /// <summary>Without the acknowledged blocks at the beginning.</summary>
    /// <param name="bytes">Their bytes.</param>
    public IbbFlights Settle(out long bytes)
    {
        var done = 0;
        for (bytes = 0; done < _blocks.Length && _blocks[done].Status == IbbFlightStatus.Acknowledged; done++)
        {
            bytes += _blocks[done].Length;
        }

        return new(_blocks.RemoveRange(0, done));
    }

    /// <summary>All blocks are sent again.</summary>
    public IbbFlights Resend() => new([.. _blocks.Select(static block => block with { Status = IbbFlightStatus.Unsent })]);

    /// <summary>Number of sent blocks without a response.</summary>
    public int CountSent() => _blocks.Count(static block => block.Status == IbbFlightStatus.Sent);

    private int FindSent(int before)
    {
        for (var at = 0; at < before; at++)
        {
            if (_blocks[at].Status == IbbFlightStatus.Sent)
            {
                return at;
            }
        }

        return -1;
    }
}

/// <summary>An outstanding block.</summary>
internal readonly record struct IbbFlight(ushort Sequence, XmlElement Payload, int Length, IbbFlightStatus Status);

/// <summary>How far an outstanding block is.</summary>
internal enum IbbFlightStatus
{
    /// <summary>The window does not permit it yet.</summary>
    Unsent,

    /// <summary>It has no response yet.</summary>
    Sent,

    /// <summary>The peer has it; an earlier block is not settled.</summary>
    Acknowledged,

    /// <summary>Refused, or not sent for lack of capacity.</summary>
    Bounced,
}
