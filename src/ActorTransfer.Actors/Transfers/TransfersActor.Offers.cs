using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Offers of peers, from their arrival to the application's decision.</content>
internal sealed partial class TransfersActor
{
    private readonly OfferInbox _offers;

    private void OfferArrived(Iq request, Jid peer, Jid self, Account account)
    {
        if (!SiOffer.TryRead(request.Payload!, out var offer, out var refusal))
        {
            Refuse(account.Name, request, refusal);
            return;
        }

        var key = new SessionKey(self, peer, Outgoing: false, offer.SessionId);
        if (_transfers.Find(key) is { State: TransferState.Offer, Offer.Request: var pending } && pending?.Id == request.Id)
        {
            return; // the same stanza again: its one response follows
        }

        if (AwaitsEnd(key, new RepeatedOffer(request, peer, self, account.Name)))
        {
            return;
        }

        Admit(
            request, offer.File, key, account,
            entry => TargetActor.Props(entry.Id, new TargetState(request.WithoutPayload(), offer), account, _services, _shared, entry.TraceContext));
    }

    private void Admit(
        Iq request, FileDescription file, SessionKey key, Account account, Func<TransferEntry, Props> prepare, bool isRequest = false)
    {
        if (TryAdmit(request, file, key, account, prepare, isRequest) is { } entry)
        {
            _log.Write(
                isRequest ? TransfersLog.FileRequested : TransfersLog.OfferReceived,
                entry.Scope,
                entry.Id,
                key.Peer,
                file.Name,
                file.IsSizeUnknown ? "an unknown number of" : (object)file.Size,
                SessionIds.Shorten(key.SessionId));
        }
    }

    /// <summary>Begins or queues the transfer of an offer, or refuses it.</summary>
    private TransferEntry? TryAdmit(
        Iq? request, FileDescription file, SessionKey key, Account account, Func<TransferEntry, Props> prepare, bool isRequest = false)
    {
        var peer = key.Peer;
        var entry = new TransferEntry(NextId(), key, account.Name, ActorRefs.Nobody, prepare)
        {
            File = file,
            Offer = new PeerOffer(request),
            IsRequest = isRequest,
        };
        var decision = default(AdmissionDecision);
        var refusal = RefusalOf(key, isRequest) ?? (isRequest ? null : RefusalOf(peer, file, isJingle: key.IsJingle));
        if ((refusal ?? RefusalOf(entry, out decision)) is { } error)
        {
            _limited.Write(Now, TransfersLog.OfferRefused, peer, error.Condition);
            Return(account.Name, request, error);
            return null;
        }

        entry.Trace = TransferTrace.Start(entry.Sends, default);
        entry.Identify();
        if (request is not null)
        {
            entry.Trace?.Stanza(request.Id);
        }

        if (entry.Signalling is { } signalling)
        {
            entry.Trace?.Offered(signalling);
        }

        _offers.Add(entry);
        _transfers.Add(entry);
        ReportAdded(entry, isQueued: decision.Decision == Decision.Queue);
        Proceed(entry, decision);
        return entry;
    }

    /// <summary>A file that was shared in a message has no request, and gets no response.</summary>
    private void Refuse(string account, Iq? request, StanzaError error)
    {
        if (request is not null)
        {
            _accounts[account].Connection.Tell(new Connection.Reply(request.Fail(error)));
        }
    }

    /// <summary>As <see cref="Refuse"/>; but if the account moves, the offer is for the next node.</summary>
    private void Return(string account, Iq? request, StanzaError error)
    {
        if (request is not null && _accounts[account].Moves())
        {
            _accounts[account].Connection.Tell(new Connection.Return(request, error));
        }
        else
        {
            Refuse(account, request, error);
        }
    }

    /// <summary>A peer must not use the id of a session that this side began with it.</summary>
    private StanzaError? RefusalOf(SessionKey key, bool isRequest) =>
        _transfers.Find(key) is not null || (key.IsJingle && _transfers.Find(key with { Outgoing = true }) is not null) ? StanzaError.Conflict
        : !isRequest && (_offers.IsClosed || !_services.Settings.Target.Enabled) ? StanzaError.ServiceUnavailable
        : null;

    /// <summary>The error when a limit refuses an offer: XEP-0096 names none, "too many pending offers" is wait/resource-constraint.</summary>
    private StanzaError? RefusalOf(TransferEntry entry, out AdmissionDecision decision)
    {
        decision = _draining || _accounts.IsClosing(entry.Account) ? new AdmissionDecision(Decision.Refuse, AdmissionLimit.Draining)
            : !_offers.HasRoomFor(entry.Key.Peer) ? new AdmissionDecision(Decision.Refuse, AdmissionLimit.Offers)
            : _queue.Request(entry, isOnline: true, Now);
        if (decision.Decision != Decision.Refuse)
        {
            return null;
        }

        _shared.Metrics.Refused(sends: false, decision.Limit);
        return StanzaError.ResourceConstraint;
    }

    private void Subscribe(Transfer.SubscribeOffers subscribe) => _offers.Subscribe(Context.Watch(subscribe.Subscriber), _transfers.Entries);

    private void Offered(Transfer.Offered offered)
    {
        if (_transfers.Find(offered.Id) is not { Offer: { } offer } entry)
        {
            return;
        }

        if ((_draining ? ShuttingDown : _accounts.IsClosing(entry.Account) ? AccountClosing : null) is { } reason && !MayStillDecide(entry))
        {
            entry.Actor.Tell(new Transfer.Decline(offered.Id, reason) { ForNow = true, IsLeaving = true });
        }
        else if (_offers.IsClosed)
        {
            entry.Actor.Tell(new Transfer.Decline(offered.Id, null));
        }
        else if (offer.Phase == OfferPhase.New)
        {
            _offers.Show(offer, offered);
        }
    }

    private void Accept(Transfer.Accept accept)
    {
        if (_transfers.Find(accept.Id) is not { Offer: { } offer } entry)
        {
            accept.Observer.Tell(new Transfer.Ended(
                accept.Id,
                _offers.OutcomeOf(accept.Id)
                ?? new TransferOutcome.Failed(TransferState.Offer, TransferSide.Peer, FailureReason.Timeout, "The offer has ended.")));
            return;
        }

        if (offer.Phase != OfferPhase.Accepted)
        {
            offer.Phase = OfferPhase.Accepted;
            entry.Observer = accept.Observer;
            if (entry.Signalling is { } signalling)
            {
                entry.Observer.Tell(new Transfer.SignallingSelected(entry.Id, signalling));
            }

            if (Reserve(entry, accept) is { } limited)
            {
                entry.Actor.Tell(limited);
            }
            else
            {
                DeclineOverQuota(entry);
            }
        }
    }

    private void Decline(Transfer.Decline decline)
    {
        if (_transfers.Find(decline.Id) is { IsPending: true, Offer: { } offer } entry)
        {
            offer.Phase = OfferPhase.Declined;
            offer.Decliner = decline.ReplyTo;
            entry.Actor.Tell(decline);
        }
        else
        {
            decline.ReplyTo?.Tell(new Transfer.Declined(decline.Id, IsDone: false));
        }
    }
}
