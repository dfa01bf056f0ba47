using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.HttpUpload;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>
/// What follows when the actor of a transfer has stopped: the offer that it has prepared, one by another signalling, an upload, or the end of the transfer.
/// </content>
internal sealed partial class TransfersActor
{
    private void Stopped(TransferId id)
    {
        if (_transfers.Find(id) is not { } entry)
        {
            return;
        }

        if (entry.Outgoing is { } offer && FollowingOf(entry, offer) is { } follows)
        {
            if (entry.Cancelled is { } cancel)
            {
                entry.Outcome = new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local) { Reason = cancel.Reason };
            }
            else
            {
                Follow(entry, follows());
                return;
            }
        }

        Remove(id);
    }

    private void Follow(TransferEntry entry, Props props)
    {
        if (entry.State != TransferState.Offer)
        {
            EnterFirst(entry);
        }

        Start(entry, props);
        ReportBegun(entry);
    }

    private Func<Props>? FollowingOf(TransferEntry entry, OutgoingOffer offer)
    {
        if (offer.Next is { } next)
        {
            offer.Next = null;
            return () => PrepareOffer(entry, next);
        }

        if (entry.Outcome is not TransferOutcome.Failed failed || _draining || _accounts.IsClosing(entry.Account) || _accounts[entry.Account].Self is null)
        {
            return null;
        }

        return offer is { IsUnsupported: true, MayFallBack: true, Signalling: { } refused } ? () => PrepareOtherSignalling(entry, offer, refused, failed)
            : offer.MayUpload && UploadFallback.Follows(failed) ? () => PrepareUploadInstead(entry, failed)
            : null;
    }

    /// <summary>The peer may be another one than the one that was asked: it is asked again.</summary>
    private Props PrepareOtherSignalling(TransferEntry entry, OutgoingOffer offer, Signalling refused, TransferOutcome.Failed failed)
    {
        offer.MayFallBack = false;
        _log.Write(TransfersLog.SignallingUnsupported, entry.Scope, entry.Id, entry.Key.Peer, failed);
        _peers.Remove(entry.Key.Peer);
        _transfers.EndSession(entry, entry.Key with { SessionId = "", IsJingle = false });
        return PrepareChoice(entry, new PreparationState(entry.Key.Peer, offer.Wanted, offer.Methods) { Refused = (refused, failed) });
    }

    private Props PrepareUploadInstead(TransferEntry entry, TransferOutcome.Failed failed)
    {
        _log.Write(TransfersLog.UploadInstead, entry.Scope, entry.Id, failed);
        return PrepareUpload(entry);
    }
}
