using System.Runtime.InteropServices;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>How many transfers may be active, and how many may be queued.</summary>
/// <param name="MaxActive">In total, at least 1.</param>
/// <param name="MaxPerPeer">With one peer (bare JID), at least 1.</param>
/// <param name="MaxQueuedSends">Queued sends; 0 = none.</param>
/// <param name="MaxQueuedOffers">Queued offers of peers; 0 = none.</param>
/// <param name="SendQueueTimeout">How long a send may be queued.</param>
/// <param name="OfferQueueTimeout">How long an offer may be queued.</param>
internal sealed record AdmissionLimits(
    int MaxActive, int MaxPerPeer, int MaxQueuedSends, int MaxQueuedOffers, TimeSpan SendQueueTimeout, TimeSpan OfferQueueTimeout)
{
    /// <summary>With one account; 0 = no limit.</summary>
    public int MaxPerAccount { get; init; }

    /// <summary>Explains to the application why a send is refused.</summary>
    public string Describe(AdmissionLimit limit) => limit switch
    {
        AdmissionLimit.Connection => $"The queue of transfers without a connection is full (transfers.max-queued-sends = {MaxQueuedSends}).",
        AdmissionLimit.Peer => WithFullQueue($"{MaxPerPeer} transfers with this peer are active, the limit (transfers.max-per-peer)"),
        AdmissionLimit.Account => WithFullQueue($"{MaxPerAccount} transfers with this account are active, the limit (transfers.max-per-account)"),
        _ => WithFullQueue($"{MaxActive} transfers are active, the limit (transfers.max-active)"),
    };

    private string WithFullQueue(string reached) => $"{reached}, and the queue is full (transfers.max-queued-sends = {MaxQueuedSends}).";
}

/// <summary>Why a transfer may not start.</summary>
internal enum AdmissionLimit
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The limit of active transfers is reached.</summary>
    Active,

    /// <summary>The limit of active transfers with this peer is reached.</summary>
    Peer,

    /// <summary>The limit of active transfers with this account is reached.</summary>
    Account,

    /// <summary>The file is larger than the largest that is received.</summary>
    Size,

    /// <summary>The quota of received bytes, of this peer or in total, is used up.</summary>
    Quota,

    /// <summary>The limit of pending offers, of this peer or in total, is reached.</summary>
    Offers,

    /// <summary>Its queue timeout expired.</summary>
    QueueTimeout,

    /// <summary>The engine is draining: no transfer starts any more.</summary>
    Draining,

    /// <summary>Its account has no connection.</summary>
    Connection,
}

/// <summary>The decision about a transfer that requests to start.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Limit">The reason, unless it may start.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AdmissionDecision(Decision Decision, AdmissionLimit Limit = AdmissionLimit.None);

/// <summary>The possible decisions about a transfer that requests to start.</summary>
internal enum Decision
{
    /// <summary>It starts now.</summary>
    Begin,

    /// <summary>It is queued until there is a free slot, its queue timeout expires, or it is cancelled.</summary>
    Queue,

    /// <summary>The queue is full.</summary>
    Refuse,
}
