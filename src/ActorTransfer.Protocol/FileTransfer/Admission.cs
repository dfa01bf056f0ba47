namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// Decides which transfers become active and which are queued. Transfers of one peer start in the order of their arrival; peers are served
/// round robin, so that one with a thousand files delays the others no more than one with two. A transfer queued by its peer's limit does
/// not block other peers. Has no clock: the time is a parameter. The cost of a call does not depend on the number of transfers. Not
/// thread-safe.
/// </summary>
/// <param name="limits">The limits.</param>
internal sealed class Admission(AdmissionLimits limits)
{
    private AdmissionLimits _limits = limits;
    private readonly AdmissionPeers _peers = new(limits.MaxPerPeer);
    private readonly Dictionary<long, QueuedTransfer> _queued = [];
    private readonly AdmissionQueue _sends = new(limits.MaxQueuedSends, limits.SendQueueTimeout);
    private readonly AdmissionQueue _offers = new(limits.MaxQueuedOffers, limits.OfferQueueTimeout);

    /// <summary>Number of active transfers.</summary>
    public int Active { get; private set; }

    /// <summary>Number of queued transfers.</summary>
    public int Queued => _queued.Count;

    /// <summary>When the next queue timeout expires; null when none is queued.</summary>
    public DateTimeOffset? NextDeadline => (_sends.NextDeadline, _offers.NextDeadline) switch
    {
        ({ } send, { } offer) => send < offer ? send : offer,
        var (send, offer) => send ?? offer,
    };

    /// <summary>Requests the start of a transfer.</summary>
    /// <param name="slot">A number that is not in use.</param>
    /// <param name="jid">The peer, a bare JID.</param>
    /// <param name="isOffer">True: an offer of the peer. False: a send of this side.</param>
    /// <param name="now">The time; never earlier than in the previous call.</param>
    public AdmissionDecision Request(long slot, Jid jid, bool isOffer, DateTimeOffset now)
    {
        var peer = _peers.GetOrAdd(jid);
        var limit = Active >= _limits.MaxActive ? AdmissionLimit.Active
            : peer.Active >= _limits.MaxPerPeer ? AdmissionLimit.Peer
            : AdmissionLimit.None;
        if (limit == AdmissionLimit.None)
        {
            Begin(peer);
            return new AdmissionDecision(Decision.Begin);
        }

        var queue = isOffer ? _offers : _sends;
        var isFull = queue.IsFull;
        if (!isFull)
        {
            _queued.Add(slot, queue.Add(slot, peer, now));
        }

        _peers.Update(peer);
        return new AdmissionDecision(isFull ? Decision.Refuse : Decision.Queue, limit);
    }

    /// <summary>Ends an active transfer. Returns those that start in its place.</summary>
    /// <param name="jid">The peer, a bare JID.</param>
    public IReadOnlyList<long> Release(Jid jid)
    {
        var peer = _peers.Get(jid);
        peer.Active--;
        Active--;
        _peers.Update(peer);
        return BeginReady();
    }

    /// <summary>Replaces the limits. Active transfers above a lower one go on; queued ones stay queued. Returns those that a higher one starts.</summary>
    public IReadOnlyList<long> Change(AdmissionLimits limits)
    {
        _limits = limits;
        _peers.Change(limits.MaxPerPeer);
        _sends.Change(limits.MaxQueuedSends, limits.SendQueueTimeout);
        _offers.Change(limits.MaxQueuedOffers, limits.OfferQueueTimeout);
        return BeginReady();
    }

    /// <summary>Removes a queued transfer. False: it is not queued.</summary>
    public bool Remove(long slot)
    {
        if (!_queued.TryGetValue(slot, out var transfer))
        {
            return false;
        }

        Remove(transfer);
        _peers.Update(transfer.Peer);
        return true;
    }

    /// <summary>Removes and returns the transfers whose queue timeout has expired.</summary>
    public IReadOnlyList<long> Expire(DateTimeOffset now)
    {
        List<long> expired = [];
        foreach (var queue in new[] { _sends, _offers })
        {
            while (queue.Expired(now) is { } transfer)
            {
                Remove(transfer.Slot);
                expired.Add(transfer.Slot);
            }
        }

        return expired;
    }

    private IReadOnlyList<long> BeginReady()
    {
        if (!_peers.HasReady)
        {
            return [];
        }

        List<long> begins = [];
        while (Active < _limits.MaxActive && _peers.HasReady)
        {
            var next = _peers.TakeReady();
            var first = next.Queued.First!.Value;
            Begin(next);
            Remove(first);
            _peers.Update(next);
            begins.Add(first.Slot);
        }

        return begins;
    }

    private void Begin(AdmissionPeer peer)
    {
        peer.Active++;
        Active++;
    }

    private void Remove(QueuedTransfer transfer)
    {
        _queued.Remove(transfer.Slot);
        transfer.Remove();
    }
}
