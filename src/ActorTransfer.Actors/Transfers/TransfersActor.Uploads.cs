using ActorTransfer.Protocol.HttpUpload;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>HTTP uploads: from the start where no other method is allowed, or in place of a transfer that did not reach the peer.</content>
internal sealed partial class TransfersActor
{
    /// <summary>An upload has no session with the peer: requests of the peer do not belong to it.</summary>
    private Props PrepareUpload(TransferEntry entry, Transfer.Send send, FileDescription file)
    {
        var account = _accounts[entry.Account];
        var plan = new HttpSenderPlan(send.From ?? account.Self!, send.To, file)
        {
            Encrypts = send.Terms.EncryptsUpload,
            AllowsPlainHttp = _services.Settings.Http.PlainHttpOnLoopback,
        };
        _transfers.EndSession(entry, entry.Key with { Self = plan.Self, Peer = plan.Peer, SessionId = "" });
        entry.IsUpload = true;
        entry.Identify();
        _log.Write(TransfersLog.UploadBegan, entry.Scope, entry.Id, file.Name, file.Size, plan.Peer);
        return HttpSenderActor.Props(entry.Id, plan, send, account, _services, _shared, entry.TraceContext);
    }

    private void Stopped(TransferId id)
    {
        if (_transfers.Find(id) is { Outcome: TransferOutcome.Failed failed, HasFallback: true } entry && UploadFallback.Follows(failed) && MayUpload(entry))
        {
            _log.Write(TransfersLog.UploadInstead, entry.Scope, entry.Id, failed);
            entry.FallBack(Context);
            Started(entry);
        }
        else
        {
            Remove(id);
        }
    }

    private bool MayUpload(TransferEntry entry) => !_draining && !_accounts.IsClosing(entry.Account) && _accounts[entry.Account].Self is not null;
}
