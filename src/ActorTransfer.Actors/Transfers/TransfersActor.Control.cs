using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>What changes while transfers run: limits and rates of all, and the pause of one.</content>
internal sealed partial class TransfersActor
{
    private readonly SharedRates<TransferId> _rates;

    private void Reload(Transfer.Reload reload)
    {
        _services = _services with { Settings = _services.Settings.Reloaded(reload.Settings) };
        _limits = _services.Settings.Transfers;
        _offers.Change(_limits);
        _quotas.Change(_services.Settings.FileLimits);
        _rates.Change(_limits.Rates);
        foreach (var entry in _transfers.Entries.Where(entry => entry.HasBegun && !_rates.Has(entry.Id)))
        {
            LimitRate(entry); // it began while there was no rate
        }

        foreach (var entry in _queue.Change(_limits))
        {
            Begin(entry);
        }

        Timers.Cancel(QueueTimedOut.Instance); // the timeouts of queued transfers may have changed
        StartQueueTimer();
        _log.Write(TransfersLog.LimitsReloaded, _transfers.Count);
    }

    private void Pause(TransferId id, bool isPaused, object request, IActorRef? replyTo)
    {
        var entry = _transfers.Find(id);
        if (entry is not null)
        {
            entry.IsPaused = isPaused;
        }

        if (entry is { HasBegun: true })
        {
            entry.Actor.Tell(request);
            return;
        }

        var paused = new Transfer.Paused(id, IsPaused: entry is not null && isPaused);
        if (entry is not null)
        {
            entry.Observer.Tell(paused);
            _monitor?.Tell(paused);
        }

        replyTo?.Tell(paused);
    }

    private void Begin(TransferEntry entry)
    {
        var props = entry.Begin(Monotonic);
        EnterFirst(entry);
        Start(entry, props);
        ReportBegun(entry);
        _shared.Metrics.Began(entry.Sends);
    }

    /// <summary>What its actors begin in; they report what follows.</summary>
    private void EnterFirst(TransferEntry entry)
    {
        entry.State = TransferState.Offer;
        var entered = new Transfer.Entered(entry.Id, TransferState.Offer, Now, entry.Key.Self!);
        Publish(entry, entered);
        entry.Observer.Tell(entered);
    }

    private void Start(TransferEntry entry, Props props)
    {
        if (entry is { Outgoing.Signalling: { } signalling, Key.SessionId.Length: > 0 })
        {
            Tell(entry, new Transfer.SignallingSelected(entry.Id, signalling));
        }

        entry.Start(Context, props);
        Context.WatchWith(entry.Actor, new TransferStopped(entry.Id));
        if (entry.IsPaused)
        {
            entry.Actor.Tell(new Transfer.Pause(entry.Id));
        }

        LimitRate(entry);
    }

    private void LimitRate(TransferEntry entry)
    {
        if (_rates.Open(entry.Id, entry.Key.Peer.Bare) is { IsEmpty: false } buckets)
        {
            entry.Actor.Tell(new Transfer.Limit(buckets));
        }
    }
}
