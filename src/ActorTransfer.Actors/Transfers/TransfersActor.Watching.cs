using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Reports the states of all transfers to one watcher and to a recording, if there are any.</content>
internal sealed partial class TransfersActor
{
    private IActorRef _watcher = ActorRefs.Nobody;

    private void Publish(TransferEntry entry, Transfer.Entered entered)
    {
        _log.Write(TransfersLog.StateEntered, entry.Scope, entered.Id, entered.State);
        if (_services.Settings.Connection.Trace)
        {
            Context.System.EventStream.Publish(entered);
        }

        if (!_watcher.IsNobody())
        {
            _watcher.Tell(new Transfer.Changed(entry.Id, entry.Key.Peer, !entry.Sends, entry.File, entered.State));
        }
    }
}
