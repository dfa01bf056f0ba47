using ActorTransfer.Actors.Settings;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Pending offers of peers: limits their number, in total and for each peer, and passes them to the application's subscriber. Offers that arrive before the
/// subscription wait for it. Confined to the transfers actor.
/// </summary>
/// <param name="limits">Limits of pending offers.</param>
internal sealed class OfferInbox(TransferLimits limits)
{
    /// <summary>How many offers are known that ended before the application decided on them.</summary>
    private const int Remembered = 1024;

    private readonly Queue<(TransferId Id, TransferOutcome Outcome)> _withdrawn = new();
    private TransferLimits _limits = limits;
    private readonly Dictionary<Jid, int> _byPeer = [];
    private readonly HashSet<TransferId> _pending = [];
    private IActorRef _subscriber = ActorRefs.Nobody;

    /// <summary>The subscriber has stopped: no decision will come.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The application reads offers.</summary>
    public bool HasSubscriber => !_subscriber.IsNobody();

    /// <summary>How many more offers may be pending.</summary>
    public int Room => _limits.MaxPendingOffers - _pending.Count;

    /// <summary>Whether another offer of this peer may be pending.</summary>
    public bool HasRoomFor(Jid peer) =>
        _pending.Count < _limits.MaxPendingOffers && _byPeer.GetValueOrDefault(peer.Bare) < _limits.MaxOffersPerPeer;

    /// <summary>Replaces the limits. Pending offers above a lower one stay pending.</summary>
    public void Change(TransferLimits limits) => _limits = limits;

    /// <summary>Counts an offer, queued or not, until it leaves its first state.</summary>
    public void Add(TransferEntry entry)
    {
        var peer = entry.Key.Peer.Bare;
        _pending.Add(entry.Id);
        _byPeer[peer] = _byPeer.GetValueOrDefault(peer) + 1;
    }

    /// <summary>The offer has left its first state. Idempotent.</summary>
    public void Remove(TransferEntry entry)
    {
        var peer = entry.Key.Peer.Bare;
        if (_pending.Remove(entry.Id) && --_byPeer[peer] == 0)
        {
            _byPeer.Remove(peer);
        }
    }

    /// <summary>Offers that arrived before the subscription are passed on in their order.</summary>
    public void Subscribe(IActorRef subscriber, IEnumerable<TransferEntry> transfers)
    {
        _subscriber = subscriber;
        IsClosed = false;
        foreach (var entry in transfers.Where(entry => entry.Offer?.Unread is not null).OrderBy(entry => entry.Id.Value))
        {
            Show(entry.Offer!, entry.Offer!.Unread!);
        }
    }

    public void SubscriberStopped(IActorRef subscriber)
    {
        if (subscriber.Equals(_subscriber))
        {
            _subscriber = ActorRefs.Nobody;
            IsClosed = true;
        }
    }

    /// <summary>Passes an offer on, now or when there is a subscriber.</summary>
    public void Show(PeerOffer offer, Transfer.Offered offered)
    {
        if (_subscriber.IsNobody())
        {
            offer.Unread = offered;
            return;
        }

        offer.Unread = null;
        offer.Phase = OfferPhase.Shown;
        _subscriber.Tell(offered);
    }

    /// <summary>An offer has ended: the subscriber need not decide on it any more. If it does, it is told how.</summary>
    public void Withdraw(TransferId id, PeerOffer offer, TransferOutcome outcome)
    {
        if (offer.Phase != OfferPhase.Shown)
        {
            return;
        }

        _subscriber.Tell(new Transfer.Withdrawn(id));
        _withdrawn.Enqueue((id, outcome));
        if (_withdrawn.Count > Remembered)
        {
            _withdrawn.Dequeue();
        }
    }

    /// <summary>How an offer ended on which the subscriber had not decided; null = it is not known, or not any more.</summary>
    public TransferOutcome? OutcomeOf(TransferId id) => _withdrawn.FirstOrDefault(ended => ended.Id == id).Outcome;
}
