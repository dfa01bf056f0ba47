namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// Decides which transfers become active and which are queued. Transfers of one peer start in the order of their arrival; accounts, and the peers of each,
/// are served round robin, so that one with a thousand files delays the others no more than one with two. A transfer queued by the limit of its peer or
/// account does not block others. Has no clock: the time is a parameter. The cost of a call does not depend on the number of transfers. Not thread-safe.
/// </summary>
/// <param name="limits">The limits.</param>
internal sealed class Admission(AdmissionLimits limits)
{
    private AdmissionLimits _limits = limits;
    private readonly AdmissionPeers _peers = new(limits);
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
    /// <param name="account">The account that it uses.</param>
    /// <param name="isOffer">True: an offer of the peer. False: a send of this side.</param>
    /// <param name="now">The time; never earlier than in the previous call.</param>
    public AdmissionDecision Request(long slot, Jid jid, string account, bool isOffer, DateTimeOffset now)
    {
        var pair = _peers.GetOrAdd(jid, account);
        var limit = Active >= _limits.MaxActive ? AdmissionLimit.Active : _peers.LimitOf(pair);
        if (limit == AdmissionLimit.None)
        {
            Begin(pair);
            _peers.Update(pair);
            return new AdmissionDecision(Decision.Begin);
        }

        var queue = isOffer ? _offers : _sends;
        var isFull = queue.IsFull;
        if (!isFull)
        {
            _queued.Add(slot, queue.Add(slot, AdmissionPeers.GroupOf(pair), now));
        }

        _peers.Update(pair);
        return new AdmissionDecision(isFull ? Decision.Refuse : Decision.Queue, limit);
    }

    /// <summary>Ends an active transfer. Returns those that start in its place.</summary>
    /// <param name="jid">The peer, a bare JID.</param>
    /// <param name="account">The account that it used.</param>
    public IReadOnlyList<long> Release(Jid jid, string account)
    {
        var pair = _peers.GetOrAdd(jid, account);
        pair.Peer.Active--;
        pair.Account.Active--;
        Active--;
        _peers.Update(pair);
        return BeginReady();
    }

    /// <summary>Replaces the limits. Active transfers above a lower one go on; queued ones stay queued. Returns those that a higher one starts.</summary>
    public IReadOnlyList<long> Change(AdmissionLimits limits)
    {
        _limits = limits;
        _peers.Change(limits);
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
        _peers.Update(transfer.Group.Pair);
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
            Begin(next.Pair);
            Remove(first);
            _peers.Update(next.Pair);
            begins.Add(first.Slot);
        }

        return begins;
    }

    private void Begin(AdmissionPair pair)
    {
        pair.Peer.Active++;
        pair.Account.Active++;
        Active++;
    }

    private void Remove(QueuedTransfer transfer)
    {
        _queued.Remove(transfer.Slot);
        transfer.Remove();
    }
}
