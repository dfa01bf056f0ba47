using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Messages of peers with the URL of a file, which become offers (section <c>http</c>, <c>receive</c>). The peer gets no response.</content>
internal sealed partial class TransfersActor
{
    private void MessageArrived(Connection.MessageArrived arrived)
    {
        var (message, settings) = (arrived.Message, _services.Settings.Http);
        if (settings.Receive && _accounts.Find(Sender)?.Moves() != false)
        {
            Sender.Tell(new Connection.ReturnMessage(message));
        }
        else if (settings.Receive
            && _accounts.Find(Sender) is { Self: { } self } account
            && message["type"] is not ("error" or "groupchat")
            && Jid.TryParse(message["from"], out var peer)
            && peer != self
            && SharedFile.Read(message, settings.PlainHttpOnLoopback) is { } file)
        {
            FileShared(file, peer, Jid.TryParse(message["to"], out var to) ? to : self, account);
        }
    }

    private void FileShared(SharedFile shared, Jid peer, Jid self, Account account)
    {
        var key = new SessionKey(self, peer, Outgoing: false, SessionIds.Random());
        if (TryAdmit(request: null, shared.Describe(), key, account, added => PrepareDownload(added, shared, account)) is { } entry)
        {
            _log.Write(TransfersLog.FileShared, entry.Scope, entry.Id, peer, shared.Name, HttpUrl.Describe(shared.Url));
        }
    }

    private Props PrepareDownload(TransferEntry entry, SharedFile shared, Account account)
    {
        var offer = new IncomingOffer(entry.Key.Peer, entry.Key.Self!, entry.File) { Id = entry.Id };
        var start = new HttpReceiverState(shared, _services.Settings.Http.MaxAttempts);
        return HttpReceiverActor.Props(offer, start, account, _services, _shared, entry.TraceContext);
    }
}
