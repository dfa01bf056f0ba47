using System.Runtime.InteropServices;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>How many may live at a time, and how many may wait for that.</summary>
/// <param name="MaxActive">All together, at least 1.</param>
/// <param name="MaxPerPeer">With one peer (bare JID), at least 1.</param>
/// <param name="MaxQueuedSends">Own ones that wait; 0 = none does.</param>
/// <param name="MaxQueuedOffers">Offers of peers that wait; 0 = none does.</param>
/// <param name="SendQueueTimeout">How long an own one waits.</param>
/// <param name="OfferQueueTimeout">How long an offer waits.</param>
internal sealed record AdmissionLimits(
    int MaxActive, int MaxPerPeer, int MaxQueuedSends, int MaxQueuedOffers, TimeSpan SendQueueTimeout, TimeSpan OfferQueueTimeout);

/// <summary>What stands in the way of a transfer.</summary>
internal enum AdmissionLimit
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>As many as may are alive.</summary>
    Active,

    /// <summary>As many as may are alive with this peer.</summary>
    Peer,

    /// <summary>As many offers, of this peer or of all, as may wait for a decision.</summary>
    Offers,

    /// <summary>It waited too long.</summary>
    Patience,

    /// <summary>Nothing begins any more.</summary>
    Draining,

    /// <summary>Its account has no connection.</summary>
    Connection,
}

/// <summary>What becomes of a transfer that wants to begin.</summary>
/// <param name="Decision">That.</param>
/// <param name="Limit">Why, unless it may begin.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AdmissionDecision(Decision Decision, AdmissionLimit Limit = AdmissionLimit.None);

/// <summary>The three things that can become of a transfer that wants to begin.</summary>
internal enum Decision
{
    /// <summary>It begins now.</summary>
    Begin,

    /// <summary>It waits until there is room, its patience is over, or it leaves.</summary>
    Wait,

    /// <summary>Too many wait already.</summary>
    Refuse,
}
