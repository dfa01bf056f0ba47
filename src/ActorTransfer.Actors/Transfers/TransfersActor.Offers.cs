using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Offers of peers, from their arrival to the application's decision.</content>
internal sealed partial class TransfersActor
{
    private void OfferArrived(Iq request, Jid peer, Jid self, Account account)
    {
        if (!SiOffer.TryRead(request.Payload!, out var offer, out var refusal))
        {
            account.Connection.Tell(new Connection.Reply(request.Fail(refusal)));
            return;
        }

        var key = new SessionKey(self, peer, Outgoing: false, offer.SessionId);
        if (AwaitsEnd(key, new Reuse(request, peer, self, account.Name)))
        {
            return;
        }

        var id = NextId();
        var verdict = default(AdmissionDecision);
        var error = OfferRefusal(key) ?? Limited(id, key, out verdict);
        if (error is not null)
        {
            _log.Info("Refused an offer of {Peer}: {Condition}", peer, error.Condition);
            account.Connection.Tell(new Connection.Reply(request.Fail(error)));
            return;
        }

        _offersByPeer[peer.Bare] = _offersByPeer.GetValueOrDefault(peer.Bare) + 1;
        _undecided++;
        var entry = new Entry(id, key, account.Name, ActorRefs.Nobody)
        {
            HasOpenOffer = true,
            Request = request,
            Props = TargetActor.Props(id, new TargetState(request, offer), account, _services, _inBand),
        };
        Admit(entry, verdict);
        _log.Info(
            "Transfer {TransferId}: {Peer} offers {File}, {Bytes} bytes, session {SessionId}",
            id,
            peer,
            offer.File.Name,
            offer.File.IsSizeUnknown ? "an unknown number of" : (object)offer.File.Size,
            Short(offer.SessionId));
    }

    private StanzaError? OfferRefusal(SessionKey key)
    {
        if (_sessions.ContainsKey(key))
        {
            return StanzaError.Conflict;
        }

        return _subscriberStopped || !_services.Settings.Target.Enabled ? StanzaError.ServiceUnavailable : null;
    }

    /// <summary>Offers that arrived before the subscription are passed on in their order.</summary>
    private void Subscribe(Transfer.SubscribeOffers subscribe)
    {
        _offers = Context.Watch(subscribe.Subscriber);
        _subscriberStopped = false;
        foreach (var entry in _entries.Values.Where(entry => entry.Unread is not null).OrderBy(entry => entry.Id.Value))
        {
            Show(entry, entry.Unread!);
        }
    }

    private void SubscriberStopped(IActorRef subscriber)
    {
        if (subscriber.Equals(_offers))
        {
            _offers = ActorRefs.Nobody;
            _subscriberStopped = true;
        }
    }

    private void Offered(Transfer.Offered offered)
    {
        if (_draining || _subscriberStopped)
        {
            Forward(offered.Id, new Transfer.Decline(offered.Id, null) { ForNow = _draining });
        }
        else if (_entries.TryGetValue(offered.Id, out var entry))
        {
            if (_offers.IsNobody())
            {
                entry.Unread = offered;
            }
            else
            {
                Show(entry, offered);
            }
        }
    }

    private void Show(Entry entry, Transfer.Offered offered)
    {
        entry.Unread = null;
        entry.IsShown = true;
        _offers.Tell(offered);
    }

    private void Accept(Transfer.Accept accept)
    {
        if (!_entries.TryGetValue(accept.Id, out var entry))
        {
            accept.Observer.Tell(new Transfer.Ended(
                accept.Id,
                new TransferOutcome.Failed(TransferState.Offer, TransferSide.Peer, FailureReason.Timeout, "The offer has ended.")));
            return;
        }

        if (entry.IsAccepted)
        {
            return;
        }

        entry.IsAccepted = true;
        entry.IsShown = false;
        entry.Observer = accept.Observer;
        entry.Actor.Tell(accept);
    }

    private void Decline(Transfer.Decline decline)
    {
        if (_entries.TryGetValue(decline.Id, out var entry) && IsPending(entry))
        {
            entry.IsShown = false;
            entry.IsDeclined = true;
            entry.Decliner = decline.ReplyTo;
            entry.Actor.Tell(decline);
        }
        else
        {
            decline.ReplyTo?.Tell(new Transfer.Declined(decline.Id, IsDone: false));
        }
    }

    /// <summary>The application has not decided yet.</summary>
    private static bool IsPending(Entry entry) =>
        entry is { IsTarget: true, State: TransferState.Offer, IsAccepted: false, IsDeclined: false } && !entry.Actor.IsNobody();

    private void CloseOffer(Entry entry)
    {
        if (!entry.HasOpenOffer)
        {
            return;
        }

        entry.HasOpenOffer = false;
        _undecided--;
        if (--_offersByPeer[entry.Key.Peer.Bare] == 0)
        {
            _offersByPeer.Remove(entry.Key.Peer.Bare);
        }
    }
}
