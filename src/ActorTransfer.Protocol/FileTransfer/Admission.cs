namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// Decides which transfers become active and which are queued. Transfers of one peer start in the order of their arrival; peers take turns,
/// so that one with a thousand files delays the others no more than one with two. A transfer queued by its peer's limit does not block other
/// peers. Has no clock: the time is a parameter. The cost of a call does not depend on the number of transfers. Not thread-safe.
/// </summary>
/// <param name="limits">The limits.</param>
internal sealed class Admission(AdmissionLimits limits)
{
    private readonly Dictionary<Jid, Peer> _peers = [];
    private readonly Dictionary<long, Waiter> _queued = [];

    /// <summary>The queued transfers, in the order of their timeouts.</summary>
    private readonly LinkedList<Waiter> _sends = [];
    private readonly LinkedList<Waiter> _offers = [];

    /// <summary>Peers with a queued transfer that only the overall limit holds back.</summary>
    private readonly LinkedList<Peer> _readyPeers = [];

    /// <summary>Number of active transfers.</summary>
    public int Active { get; private set; }

    /// <summary>Number of queued transfers.</summary>
    public int Queued => _queued.Count;

    /// <summary>When the next queue timeout expires; null when none is queued.</summary>
    public DateTimeOffset? NextDeadline => (_sends.First, _offers.First) switch
    {
        (null, null) => null,
        ({ } send, null) => send.Value.Deadline,
        (null, { } offer) => offer.Value.Deadline,
        ({ } send, { } offer) => send.Value.Deadline < offer.Value.Deadline ? send.Value.Deadline : offer.Value.Deadline,
    };

    /// <summary>Requests the start of a transfer.</summary>
    /// <param name="slot">A number that is not in use.</param>
    /// <param name="peer">The peer, a bare JID.</param>
    /// <param name="isOffer">True: an offer of the peer. False: a send of this side.</param>
    /// <param name="now">The time; never earlier than in the previous call.</param>
    public AdmissionDecision Ask(long slot, Jid peer, bool isOffer, DateTimeOffset now)
    {
        var with = PeerOf(peer);
        var limit = Active >= limits.MaxActive ? AdmissionLimit.Active
            : with.Active >= limits.MaxPerPeer ? AdmissionLimit.Peer
            : AdmissionLimit.None;
        if (limit == AdmissionLimit.None)
        {
            Begin(with);
            return new AdmissionDecision(Decision.Begin);
        }

        var queue = isOffer ? _offers : _sends;
        if (queue.Count >= (isOffer ? limits.MaxQueuedOffers : limits.MaxQueuedSends))
        {
            RemoveIfIdle(with);
            return new AdmissionDecision(Decision.Refuse, limit);
        }

        Waiter waiter = new(slot, with, now + (isOffer ? limits.OfferQueueTimeout : limits.SendQueueTimeout));
        waiter.InQueue = queue.AddLast(waiter);
        waiter.AtPeer = with.Waiting.AddLast(waiter);
        _queued.Add(slot, waiter);
        EnqueuePeer(with);
        return new AdmissionDecision(Decision.Wait, limit);
    }

    /// <summary>Ends an active transfer. Returns those that start in its place.</summary>
    /// <param name="peer">The peer, a bare JID.</param>
    public IReadOnlyList<long> Release(Jid peer)
    {
        var with = _peers[peer];
        with.Active--;
        Active--;
        EnqueuePeer(with);
        RemoveIfIdle(with);
        if (_readyPeers.Count == 0)
        {
            return [];
        }

        List<long> begins = [];
        while (Active < limits.MaxActive && _readyPeers.First is { Value: var next })
        {
            DequeuePeer(next);
            var first = next.Waiting.First!.Value;
            Begin(next);
            Remove(first);
            EnqueuePeer(next);
            begins.Add(first.Slot);
        }

        return begins;
    }

    /// <summary>Removes a queued transfer. False: it is not queued.</summary>
    public bool Leave(long slot)
    {
        if (!_queued.TryGetValue(slot, out var waiter))
        {
            return false;
        }

        Remove(waiter);
        if (waiter.With.Waiting.Count == 0)
        {
            DequeuePeer(waiter.With);
        }

        RemoveIfIdle(waiter.With);
        return true;
    }

    /// <summary>Removes and returns the transfers whose queue timeout has expired.</summary>
    public IReadOnlyList<long> Expire(DateTimeOffset now)
    {
        List<long> expired = [];
        foreach (var queue in new[] { _sends, _offers })
        {
            while (queue.First is { Value: var first } && first.Deadline <= now)
            {
                Leave(first.Slot);
                expired.Add(first.Slot);
            }
        }

        return expired;
    }

    private Peer PeerOf(Jid jid)
    {
        if (!_peers.TryGetValue(jid, out var peer))
        {
            _peers.Add(jid, peer = new Peer(jid));
        }

        return peer;
    }

    private void Begin(Peer with)
    {
        with.Active++;
        Active++;
    }

    private void EnqueuePeer(Peer peer)
    {
        if (peer.InReadyPeers is null && peer.Waiting.Count > 0 && peer.Active < limits.MaxPerPeer)
        {
            peer.InReadyPeers = _readyPeers.AddLast(peer);
        }
    }

    private void DequeuePeer(Peer peer)
    {
        if (peer.InReadyPeers is { } node)
        {
            _readyPeers.Remove(node);
            peer.InReadyPeers = null;
        }
    }

    private void Remove(Waiter waiter)
    {
        _queued.Remove(waiter.Slot);
        waiter.InQueue.List!.Remove(waiter.InQueue);
        waiter.With.Waiting.Remove(waiter.AtPeer);
    }

    private void RemoveIfIdle(Peer peer)
    {
        if (peer.Active == 0 && peer.Waiting.Count == 0)
        {
            _peers.Remove(peer.Jid);
        }
    }

    private sealed class Peer(Jid jid)
    {
        public Jid Jid { get; } = jid;

        public int Active { get; set; }

        public LinkedList<Waiter> Waiting { get; } = [];

        public LinkedListNode<Peer>? InReadyPeers { get; set; }
    }

    private sealed class Waiter(long slot, Peer with, DateTimeOffset deadline)
    {
        public long Slot { get; } = slot;

        public Peer With { get; } = with;

        public DateTimeOffset Deadline { get; } = deadline;

        public LinkedListNode<Waiter> InQueue { get; set; } = null!;

        public LinkedListNode<Waiter> AtPeer { get; set; } = null!;
    }
}
