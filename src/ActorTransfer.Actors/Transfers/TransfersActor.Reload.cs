using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Settings that change while transfers run.</content>
internal sealed partial class TransfersActor
{
    private void Reload(Transfer.Reload reload)
    {
        _services = _services with { Settings = _services.Settings.Reloaded(reload.Settings) };
        _limits = _services.Settings.Transfers;
        _offers.Change(_limits);
        foreach (var entry in _queue.Change(_limits))
        {
            Begin(entry);
        }

        Timers.Cancel(QueueTimedOut.Instance); // the timeouts of queued transfers may have changed
        StartQueueTimer();
        _log.Info("Reloaded the limits of transfers; {Count} are active or queued", _transfers.Count);
    }
}
