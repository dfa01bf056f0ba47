using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Limits, and queued transfers: they have an entry and no actor yet.</content>
internal sealed partial class TransfersActor
{
    private readonly Admission _admission;
    private DateTimeOffset _queueDeadline;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    /// <summary>Why the limits refuse an offer (XEP-0096 leaves it open; "too many pending offers" is wait/resource-constraint), or null.</summary>
    private StanzaError? Limited(TransferId id, SessionKey key, out AdmissionDecision verdict)
    {
        var peer = key.Peer.Bare;
        var limits = _services.Settings.Transfers;
        var tooMany = _undecided >= limits.MaxUndecidedOffers || _offersByPeer.GetValueOrDefault(peer) >= limits.MaxOffersPerPeer;
        verdict = _draining ? new AdmissionDecision(Decision.Refuse, AdmissionLimit.Draining)
            : tooMany ? new AdmissionDecision(Decision.Refuse, AdmissionLimit.Offers)
            : _admission.Ask(id.Value, peer, isOffer: true, Now);
        if (verdict.Decision != Decision.Refuse)
        {
            return null;
        }

        Telemetry.TransferRefused(sends: false, verdict.Limit);
        return StanzaError.ResourceConstraint;
    }

    private string WhyRefused(AdmissionLimit limit)
    {
        var limits = _services.Settings.Transfers.Admission;
        if (limit == AdmissionLimit.Connection)
        {
            return $"The queue of transfers without a connection is full (transfers.max-queued-sends = {limits.MaxQueuedSends}).";
        }

        var what = limit == AdmissionLimit.Peer
            ? $"{limits.MaxPerPeer} transfers with this peer are active, the limit (transfers.max-per-peer)"
            : $"{limits.MaxActive} transfers are active, the limit (transfers.max-active)";
        return $"{what}, and the queue is full (transfers.max-queued-sends = {limits.MaxQueuedSends}).";
    }

    private void Wait(Entry entry, AdmissionLimit limit)
    {
        Telemetry.TransferQueued(sends: !entry.IsTarget, 1);
        _log.Debug("Transfer {TransferId} is queued: limit {Limit}", entry.Id, limit);
        if (limit == AdmissionLimit.Connection)
        {
            entry.OfflineUntil = Now + _services.Settings.Transfers.OfflineTimeout;
            entry.Offline = _offline.AddLast(entry);
            AwaitOffline();
        }
        else
        {
            StartQueueTimer();
        }

        entry.Observer.Tell(new Transfer.Queued(entry.Id, limit));
    }

    /// <summary>A transfer with this peer has ended.</summary>
    private void BeginNext(Jid peer)
    {
        foreach (var slot in _admission.Release(peer.Bare))
        {
            var entry = _entries[new TransferId(slot)];
            Telemetry.TransferQueued(sends: !entry.IsTarget, -1);
            Begin(entry);
        }
    }

    /// <summary>A later entry may have a shorter timeout: an offer behind sends.</summary>
    private void StartQueueTimer()
    {
        if (_admission.NextDeadline is { } deadline && (deadline < _queueDeadline || !Timers.IsTimerActive(QueueTimedOut.Instance)))
        {
            _queueDeadline = deadline;
            var wait = deadline - Now;
            Timers.StartSingleTimer(QueueTimedOut.Instance, QueueTimedOut.Instance, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        }
    }

    private void ExpireQueued()
    {
        foreach (var slot in _admission.Expire(Now))
        {
            var entry = _entries[new TransferId(slot)];
            Telemetry.TransferRefused(sends: !entry.IsTarget, AdmissionLimit.QueueTimeout);
            EndQueued(entry, Overloaded(entry, "It was queued for too long (transfers.max-active, max-per-peer)."));
        }

        StartQueueTimer();
    }

    private void Cancel(Transfer.Cancel cancel)
    {
        if (_entries.TryGetValue(cancel.Id, out var entry) && LeaveQueue(entry))
        {
            EndQueued(entry, new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local));
        }
        else
        {
            Forward(cancel.Id, cancel);
        }
    }

    /// <summary>Ends all queued transfers.</summary>
    private void EndQueue() => EndQueue(_ => true, entry => Overloaded(entry, "The engine is shutting down."));

    private void EndQueue(Predicate<Entry> which, Func<Entry, TransferOutcome> outcome)
    {
        if (_admission.Queued == 0 && _offline.Count == 0)
        {
            return;
        }

        foreach (var entry in _entries.Values.Where(entry => which(entry)).ToArray())
        {
            if (LeaveQueue(entry))
            {
                EndQueued(entry, outcome(entry));
            }
        }
    }

    /// <summary>Ends a transfer that has left the queue without having begun; an offering peer gets a response.</summary>
    private void EndQueued(Entry entry, TransferOutcome outcome)
    {
        Telemetry.TransferQueued(sends: !entry.IsTarget, -1);
        if (entry.Request is { } request)
        {
            _accounts[entry.Account].Connection.Tell(new Connections.Connection.Reply(request.Fail(StanzaError.ResourceConstraint)));
        }

        entry.Outcome = outcome;
        Remove(entry.Id);
    }

    private static TransferOutcome Overloaded(Entry entry, string why) => Ended(entry, TransferSide.Local, FailureReason.Overloaded, why);

    private static TransferOutcome Ended(Entry entry, TransferSide side, FailureReason reason, string why) =>
        new TransferOutcome.Failed(entry.State, side, reason, why);

    /// <summary>The actor of a transfer that is not queued.</summary>
    private IActorRef? Begun(TransferId id) => _entries.TryGetValue(id, out var entry) && !entry.Actor.IsNobody() ? entry.Actor : null;

    private sealed record QueueTimedOut
    {
        public static QueueTimedOut Instance { get; } = new();
    }
}
