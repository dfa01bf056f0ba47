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
    private readonly Dictionary<long, Waiter> _waiting = [];

    /// <summary>The queued transfers, in the order of their timeouts.</summary>
    private readonly LinkedList<Waiter> _sends = [];
    private readonly LinkedList<Waiter> _offers = [];

    /// <summary>Peers with a queued transfer that only the overall limit holds back.</summary>
    private readonly LinkedList<Peer> _turns = [];

    /// <summary>Number of active transfers.</summary>
    public int Active { get; private set; }

    /// <summary>Number of queued transfers.</summary>
    public int Queued => _waiting.Count;

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

        var line = isOffer ? _offers : _sends;
        if (line.Count >= (isOffer ? limits.MaxQueuedOffers : limits.MaxQueuedSends))
        {
            ForgetIfIdle(with);
            return new AdmissionDecision(Decision.Refuse, limit);
        }

        Waiter waiter = new(slot, with, now + (isOffer ? limits.OfferQueueTimeout : limits.SendQueueTimeout));
        waiter.InLine = line.AddLast(waiter);
        waiter.AtPeer = with.Waiting.AddLast(waiter);
        _waiting.Add(slot, waiter);
        AcquireSlot(with);
        return new AdmissionDecision(Decision.Wait, limit);
    }

    /// <summary>Ends an active transfer. Returns those that start in its place.</summary>
    /// <param name="peer">The peer, a bare JID.</param>
    public IReadOnlyList<long> Release(Jid peer)
    {
        var with = _peers[peer];
        with.Active--;
        Active--;
        AcquireSlot(with);
        ForgetIfIdle(with);
        if (_turns.Count == 0)
        {
            return [];
        }

        List<long> begins = [];
        while (Active < limits.MaxActive && _turns.First is { Value: var next })
        {
            ReleaseSlot(next);
            var first = next.Waiting.First!.Value;
            Begin(next);
            Forget(first);
            AcquireSlot(next);
            begins.Add(first.Slot);
        }

        return begins;
    }

    /// <summary>Removes a queued transfer. False: it is not queued.</summary>
    public bool Leave(long slot)
    {
        if (!_waiting.TryGetValue(slot, out var waiter))
        {
            return false;
        }

        Forget(waiter);
        if (waiter.With.Waiting.Count == 0)
        {
            ReleaseSlot(waiter.With);
        }

        ForgetIfIdle(waiter.With);
        return true;
    }

    /// <summary>Removes and returns the transfers whose queue timeout has expired.</summary>
    public IReadOnlyList<long> Expire(DateTimeOffset now)
    {
        List<long> expired = [];
        foreach (var line in new[] { _sends, _offers })
        {
            while (line.First is { Value: var first } && first.Deadline <= now)
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

    private void AcquireSlot(Peer peer)
    {
        if (peer.Turn is null && peer.Waiting.Count > 0 && peer.Active < limits.MaxPerPeer)
        {
            peer.Turn = _turns.AddLast(peer);
        }
    }

    private void ReleaseSlot(Peer peer)
    {
        if (peer.Turn is { } turn)
        {
            _turns.Remove(turn);
            peer.Turn = null;
        }
    }

    private void Forget(Waiter waiter)
    {
        _waiting.Remove(waiter.Slot);
        waiter.InLine.List!.Remove(waiter.InLine);
        waiter.With.Waiting.Remove(waiter.AtPeer);
    }

    private void ForgetIfIdle(Peer peer)
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

        public LinkedListNode<Peer>? Turn { get; set; }
    }

    private sealed class Waiter(long slot, Peer with, DateTimeOffset deadline)
    {
        public long Slot { get; } = slot;

        public Peer With { get; } = with;

        public DateTimeOffset Deadline { get; } = deadline;

        public LinkedListNode<Waiter> InLine { get; set; } = null!;

        public LinkedListNode<Waiter> AtPeer { get; set; } = null!;
    }
}
