using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamManagement;

/// <summary>The stanzas sent on a stream, and those kept for retransmission until they are acknowledged. Counters wrap at 2^32.</summary>
/// <param name="Capacity">How many are kept.</param>
/// <param name="Count">How many were sent.</param>
/// <param name="Acknowledged">How many were acknowledged.</param>
/// <param name="Kept">The others, in order; null when they are not kept any more.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SentStanzas(int Capacity, uint Count, uint Acknowledged, ImmutableQueue<XmlElement>? Kept)
{
    /// <summary>
    /// Reserve above the capacity for stanzas of the stream itself (responses to malformed stanzas, pings), which cannot be delayed.
    /// </summary>
    public const int Spare = 64;

    /// <summary>Number of stanzas sent and not acknowledged.</summary>
    public uint Unacknowledged => unchecked(Count - Acknowledged);

    /// <summary>The capacity is reached.</summary>
    public bool IsFull => Unacknowledged >= Capacity;

    /// <summary>No stanza was sent.</summary>
    /// <param name="capacity">How many are kept.</param>
    /// <param name="start">Initial value of the counters.</param>
    public static SentStanzas None(int capacity, uint start) => new(capacity, start, start, ImmutableQueue<XmlElement>.Empty);

    /// <summary>Counts a stanza and keeps it, unless there are too many.</summary>
    public SentStanzas Add(XmlElement stanza) => this with
    {
        Count = unchecked(Count + 1),
        Kept = Unacknowledged >= Capacity + Spare ? null : Kept?.Enqueue(stanza),
    };

    /// <summary>Keeps none any more.</summary>
    public SentStanzas Drop() => this with { Kept = null };

    /// <summary>Removes the stanzas that the server has handled. False when it counts more than were sent.</summary>
    /// <param name="handled">The number of handled stanzas.</param>
    /// <param name="rest">The unacknowledged stanzas.</param>
    public bool TryAcknowledge(uint handled, out SentStanzas rest)
    {
        rest = this;
        var fresh = unchecked(handled - Acknowledged);
        if (fresh > Unacknowledged)
        {
            return false;
        }

        var kept = Kept;
        for (var i = 0u; kept is not null && i < fresh; i++)
        {
            kept = kept.Dequeue();
        }

        rest = this with { Acknowledged = handled, Kept = kept };
        return true;
    }
}
