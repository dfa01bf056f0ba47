using System.Globalization;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>Limits of the bytes that peers send.</content>
internal sealed partial class TransfersActor
{
    private readonly FileQuotas _quotas;

    private FileLimits FileLimits => _services.Settings.FileLimits;

    /// <summary>The error when a file is too large; null = it fits, or its session ends for that reason (Jingle).</summary>
    private StanzaError? RefusalOf(Jid peer, FileDescription file, bool isJingle)
    {
        if (file.IsSizeUnknown)
        {
            return _quotas.IsOn && _quotas.LeftFor(peer.Bare, Now) == 0 ? Refusal(AdmissionLimit.Quota) : null;
        }

        return IsTooLarge(file) ? isJingle ? null : Refusal(AdmissionLimit.Size)
            : _quotas.IsOn && _quotas.LeftFor(peer.Bare, Now) < file.Size ? Refusal(AdmissionLimit.Quota)
            : null;
    }

    private bool IsTooLarge(FileDescription file) => FileLimits.MaxSize > 0 && !file.IsSizeUnknown && file.Size > FileLimits.MaxSize;

    private StanzaError Refusal(AdmissionLimit limit)
    {
        _shared.Metrics.Refused(sends: false, limit);
        return limit == AdmissionLimit.Size
            ? new StanzaError(
                ErrorType.Modify, ErrorConditions.NotAcceptable, string.Create(CultureInfo.InvariantCulture, $"Files of at most {FileLimits.MaxSize} bytes."))
            : StanzaError.ResourceConstraint.WithText(FileQuotas.UsedUp);
    }

    /// <summary>
    /// Reserves what an accepted file may need; offers that were accepted meanwhile may have used what was left. One without a size may not become larger
    /// than its reservation. Null: the quota is used up.
    /// </summary>
    private Transfer.Accept? Reserve(TransferEntry entry, Transfer.Accept accept)
    {
        var file = entry.File;
        var most = FileLimits.MaxSize > 0 ? Math.Min(FileLimits.MaxSize, accept.MaxSize ?? long.MaxValue) : accept.MaxSize;
        var limitedByQuota = false;
        if (_quotas.IsOn)
        {
            var peer = entry.Key.Peer.Bare;
            var left = _quotas.LeftFor(peer, Now);
            var need = file.IsSizeUnknown ? Math.Min(most ?? long.MaxValue, left) : file.Size;
            if (need > left || (file.IsSizeUnknown && left == 0))
            {
                return null;
            }

            _quotas.Reserve(entry.Id, peer, need);
            limitedByQuota = file.IsSizeUnknown && need != most;
            most = file.IsSizeUnknown ? need : most;
        }

        return accept with { MaxSize = most, LimitedByQuota = limitedByQuota };
    }

    private void DeclineOverQuota(TransferEntry entry)
    {
        _shared.Metrics.Refused(sends: false, AdmissionLimit.Quota);
        entry.Actor.Tell(new Transfer.Decline(entry.Id, FileQuotas.UsedUp) { ForNow = true });
    }
}
