using ActorTransfer.Protocol.HttpUpload;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>HTTP uploads: from the start where no other method is allowed, or in place of a transfer that did not reach the peer.</content>
internal sealed partial class TransfersActor
{
    /// <summary>An upload has no session with the peer: requests of the peer do not belong to it.</summary>
    private Props PrepareUpload(TransferEntry entry)
    {
        var (account, order) = (_accounts[entry.Account], entry.Outgoing!.Order);
        var plan = new HttpSenderPlan(entry.Key.Self!, order.To, entry.File)
        {
            Encrypts = order.Terms.EncryptsUpload,
            AllowsPlainHttp = _services.Settings.Http.PlainHttpOnLoopback,
        };
        _transfers.EndSession(entry, entry.Key with { Peer = plan.Peer, SessionId = "" });
        entry.Outgoing.MayUpload = false;
        entry.IsUpload = true;
        entry.Identify();
        _log.Write(TransfersLog.UploadBegan, entry.Scope, entry.Id, entry.File.Name, entry.File.Size, plan.Peer);
        return HttpSenderActor.Props(entry.Id, plan, order, account, _services, _shared, entry.TraceContext);
    }
}
