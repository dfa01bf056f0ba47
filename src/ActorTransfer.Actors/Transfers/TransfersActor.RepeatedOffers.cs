using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>
/// Session ids that a peer uses again. XIFF uses one id for all its offers, and a peer that has sent everything need not close the bytestream: this
/// side would wait for that (<c>initiator.linger</c>) while the peer offers its next file. Such an offer ends the wait and is handled after it.
/// </content>
internal sealed partial class TransfersActor
{
    /// <summary>True: the offer waits until the transfer whose id it uses has ended. One at a time, and only once bytes may flow.</summary>
    private bool AwaitsEnd(SessionKey key, RepeatedOffer next)
    {
        if (_transfers.Find(key) is not
            {
                Offer: { Next: null } offer,
                State: TransferState.Connected or TransferState.Activated or TransferState.Streaming,
            } entry)
        {
            return false;
        }

        offer.Next = next;
        entry.Actor.Tell(new Transfer.Conclude(entry.Id));
        Timers.StartSingleTimer((nameof(RepeatedOfferTimedOut), entry.Id), new RepeatedOfferTimedOut(entry.Id), _services.Settings.Target.SessionReuse);
        return true;
    }

    /// <summary>The transfer is still active: the id is in use.</summary>
    private void RefuseRepeated(TransferId id)
    {
        if (_transfers.Find(id) is { Offer: { Next: { } next } offer })
        {
            offer.Next = null;
            _limited.Write(Now, TransfersLog.OfferRefused, next.Peer, StanzaError.Conflict.Condition);
            Refuse(next.Account, next.Request, StanzaError.Conflict);
        }
    }

    private void AdmitRepeated(TransferEntry ended)
    {
        if (ended.Offer is { Next: { } next })
        {
            Timers.Cancel((nameof(RepeatedOfferTimedOut), ended.Id));
            OfferArrived(next.Request, next.Peer, next.Self, _accounts[next.Account]);
        }
    }

    /// <summary>A response over another link would match no request.</summary>
    private void ForgetRepeated(string account)
    {
        foreach (var entry in _transfers.Entries)
        {
            if (entry.Offer is { Next: { } next } offer && next.Account == account)
            {
                offer.Next = null;
            }
        }
    }

    private sealed record RepeatedOfferTimedOut(TransferId Id);
}
