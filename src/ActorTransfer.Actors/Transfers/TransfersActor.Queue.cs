using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Queued transfers: they have an entry and no actor yet.</content>
internal sealed partial class TransfersActor
{
    private readonly TransferQueue _queue;
    private DateTimeOffset _queueDeadline;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    /// <summary>For durations: not affected by changes of the machine's clock.</summary>
    private static TimeSpan Monotonic => Context.System.Scheduler.MonotonicClock;

    private void ReportQueued(TransferEntry entry, AdmissionLimit limit)
    {
        _log.Write(TransfersLog.TransferQueued, entry.Scope, entry.Id, limit);
        StartQueueTimer();
        entry.Trace?.Queued(limit);
        var queued = new Transfer.Queued(entry.Id, limit);
        entry.Observer.Tell(queued);
        _monitor?.Tell(queued);
    }

    private void BeginNext(TransferEntry ended)
    {
        foreach (var entry in _queue.Release(ended))
        {
            Begin(entry);
        }
    }

    /// <summary>Queued transfers without a connection could not use a slot: they wait for the connection instead.</summary>
    private void AwaitConnection(string account)
    {
        foreach (var entry in _queue.MoveOffline(account, Now))
        {
            ReportQueued(entry, AdmissionLimit.Connection);
        }
    }

    /// <summary>The account is connected: its waiting transfers begin, as far as the limits allow.</summary>
    private void BeginOffline(string account)
    {
        foreach (var entry in _queue.RemoveOffline(account))
        {
            var decision = _queue.Request(entry, isOnline: true, Now);
            if (decision.Decision == Decision.Refuse)
            {
                _shared.Metrics.Refused(sends: true, decision.Limit);
                EndQueued(entry, Overloaded(entry, _limits.Admission.Describe(decision.Limit)));
            }
            else
            {
                Proceed(entry, decision);
            }
        }
    }

    /// <summary>A later entry may have a shorter timeout: an offer behind sends.</summary>
    private void StartQueueTimer()
    {
        if (_queue.NextDeadline is { } deadline && (deadline < _queueDeadline || !Timers.IsTimerActive(QueueTimedOut.Instance)))
        {
            _queueDeadline = deadline;
            var wait = deadline - Now;
            Timers.StartSingleTimer(QueueTimedOut.Instance, QueueTimedOut.Instance, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        }
    }

    private void ExpireQueued()
    {
        foreach (var entry in _queue.ExpireQueued(Now))
        {
            _shared.Metrics.Refused(entry.Sends, AdmissionLimit.QueueTimeout);
            EndQueued(entry, Overloaded(entry, "It was queued for too long (transfers.max-active, max-per-peer, max-per-account)."));
        }

        foreach (var entry in _queue.ExpireOffline(Now))
        {
            _shared.Metrics.Refused(sends: true, AdmissionLimit.Connection);
            EndQueued(entry, LinkLost(entry, $"{_accounts.DescribeLoss(entry.Account)} It waited for {_limits.OfflineTimeout} (transfers.offline-timeout)."));
        }

        StartQueueTimer();
    }

    private void Cancel(Transfer.Cancel cancel)
    {
        if (_transfers.Find(cancel.Id) is not { } entry)
        {
            return;
        }

        if (_queue.Remove(entry))
        {
            EndQueued(entry, new TransferOutcome.Cancelled(TransferState.Offer, TransferSide.Local));
        }
        else
        {
            Cancel(entry, cancel);
        }
    }

    /// <summary>Its actor may have stopped already, to be followed by another one.</summary>
    private static void Cancel(TransferEntry entry, Transfer.Cancel cancel)
    {
        entry.Cancelled ??= cancel;
        entry.Actor.Tell(cancel);
    }

    private void EndQueue() => EndQueue(_ => true, entry => Overloaded(entry, "The engine is shutting down."));

    private void EndQueue(Func<TransferEntry, bool> matches, Func<TransferEntry, TransferOutcome> outcome)
    {
        foreach (var entry in _queue.RemoveWhere(matches))
        {
            EndQueued(entry, outcome(entry));
        }
    }

    /// <summary>Ends a transfer that has left the queue without having begun; an offering peer gets a response.</summary>
    private void EndQueued(TransferEntry entry, TransferOutcome outcome)
    {
        Return(entry.Account, entry.Offer?.Waiting, StanzaError.ResourceConstraint);

        entry.Outcome = outcome;
        Remove(entry.Id);
    }

    private static TransferOutcome Overloaded(TransferEntry entry, string detail) =>
        new TransferOutcome.Failed(entry.State, TransferSide.Local, FailureReason.Overloaded, detail);

    private static TransferOutcome LinkLost(TransferEntry entry, string detail) =>
        new TransferOutcome.Failed(entry.State, TransferSide.Server, FailureReason.LinkLost, detail);

    private sealed record QueueTimedOut
    {
        public static QueueTimedOut Instance { get; } = new();
    }
}
