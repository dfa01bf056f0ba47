using ActorTransfer.Actors.Logging;
using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Actors.Transfers;

/// <content>The lines of a transfer's life that its state tells.</content>
internal sealed partial class TransfersActor
{
    private readonly LogLimit _limited;

    private void LogAcceptance(TransferEntry entry, TransferState next)
    {
        if (entry is { State: TransferState.Offer, IsUpload: false } && next > TransferState.Offer && !next.IsEnd())
        {
            _log.Write(TransfersLog.OfferAccepted, entry.Scope, entry.Id);
        }
    }

    private void LogEnd(TransferEntry entry, TransferOutcome outcome) => _log.Write(
        TransfersLog.TransferEnded,
        entry.Scope,
        entry.Id,
        outcome,
        entry.Bytes ?? 0,
        entry.Method?.Name() ?? "no method",
        Monotonic - entry.BeganAt ?? TimeSpan.Zero);
}
