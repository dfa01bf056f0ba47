namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>
/// Decides which transfers may live and which wait. Those of one peer begin in the order in which they came; peers take turns, so that one with a thousand
/// files keeps another with one waiting no longer than a peer with two would. Whoever is held up by its own peer's limit holds up nobody else. Knows no clock:
/// the time comes with the call. Each call costs the same, however many live or wait. Not thread-safe.
/// </summary>
/// <param name="limits">How many.</param>
internal sealed class Admission(AdmissionLimits limits)
{
    private readonly Dictionary<Jid, Peer> _peers = [];
    private readonly Dictionary<long, Waiter> _waiting = [];

    /// <summary>Those who wait, in the order in which their patience ends.</summary>
    private readonly LinkedList<Waiter> _sends = [];
    private readonly LinkedList<Waiter> _offers = [];

    /// <summary>Peers with somebody who waits for the limit of all only.</summary>
    private readonly LinkedList<Peer> _turns = [];

    /// <summary>How many live.</summary>
    public int Active { get; private set; }

    /// <summary>How many wait.</summary>
    public int Queued => _waiting.Count;

    /// <summary>When the patience of the next is over; null when nobody waits.</summary>
    public DateTimeOffset? NextDeadline => (_sends.First, _offers.First) switch
    {
        (null, null) => null,
        ({ } send, null) => send.Value.Deadline,
        (null, { } offer) => offer.Value.Deadline,
        ({ } send, { } offer) => send.Value.Deadline < offer.Value.Deadline ? send.Value.Deadline : offer.Value.Deadline,
    };

    /// <summary>A transfer wants to begin.</summary>
    /// <param name="slot">Its number, not in use.</param>
    /// <param name="peer">With whom; a bare JID.</param>
    /// <param name="isOffer">True: the peer offers. False: this side sends.</param>
    /// <param name="now">The time; never earlier than in the call before.</param>
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

    /// <summary>A transfer that lived has ended. Value: those that begin in its place.</summary>
    /// <param name="peer">With whom it was; a bare JID.</param>
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

    /// <summary>One that waits goes away. False: it does not wait.</summary>
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

    /// <summary>Those whose patience is over; they wait no longer.</summary>
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
