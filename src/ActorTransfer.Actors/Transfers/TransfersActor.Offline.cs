using ActorTransfer.Protocol.FileTransfer;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>Own transfers that wait for their account's connection, first in, first out. They count for no other limit.</content>
internal sealed partial class TransfersActor
{
    private readonly LinkedList<Entry> _offline = [];

    private AdmissionDecision AskOffline() =>
        new(_offline.Count < _services.Settings.Transfers.Admission.MaxQueuedSends ? Decision.Wait : Decision.Refuse, AdmissionLimit.Connection);

    private string WhyDown(string account) =>
        _losses.TryGetValue(account, out var lost) ? $"Connection {account} is not up: {lost.Why}" : $"Connection {account} is not up.";

    /// <summary>Queued transfers without a connection could not use a slot: they wait for the connection instead.</summary>
    private void AwaitConnection(string account)
    {
        foreach (var entry in _entries.Values.Where(entry => entry is { Order: not null, Offline: null } && entry.Account == account).OrderBy(entry => entry.Id.Value).ToArray())
        {
            if (_admission.Leave(entry.Id.Value))
            {
                Telemetry.TransferQueued(sends: true, -1);
                Wait(entry, AdmissionLimit.Connection);
            }
        }
    }

    /// <summary>The account is connected: its waiting transfers begin, as far as the limits allow.</summary>
    private void BeginOffline(string account)
    {
        foreach (var entry in _offline.Where(entry => entry.Account == account).ToArray())
        {
            LeaveOffline(entry);
            var verdict = _admission.Ask(entry.Id.Value, entry.Key.Peer.Bare, isOffer: false, Now);
            if (verdict.Decision == Decision.Refuse)
            {
                Telemetry.TransferRefused(sends: true, verdict.Limit);
                EndQueued(entry, Overloaded(entry, WhyRefused(verdict.Limit)));
                continue;
            }

            Telemetry.TransferQueued(sends: true, -1);
            if (verdict.Decision == Decision.Begin)
            {
                Begin(entry);
            }
            else
            {
                Wait(entry, verdict.Limit);
            }
        }
    }

    private void EndOffline()
    {
        while (_offline.First is { Value: var first } && first.OfflineUntil <= Now)
        {
            LeaveOffline(first);
            Telemetry.TransferRefused(sends: true, AdmissionLimit.Connection);
            var why = $"{WhyDown(first.Account)} It waited for {_services.Settings.Transfers.OfflineTimeout} (transfers.offline-timeout).";
            EndQueued(first, Ended(first, TransferSide.Server, FailureReason.LinkLost, why));
        }

        AwaitOffline();
    }

    /// <summary>All have the same timeout, so the first is the next to expire.</summary>
    private void AwaitOffline()
    {
        if (_offline.First is { Value: var first } && !Timers.IsTimerActive(OfflineOver.Instance))
        {
            var wait = first.OfflineUntil - Now;
            Timers.StartSingleTimer(OfflineOver.Instance, OfflineOver.Instance, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        }
    }

    /// <summary>Removes a transfer that has not begun. False: it has.</summary>
    private bool LeaveQueue(Entry entry)
    {
        if (entry.Offline is null)
        {
            return _admission.Leave(entry.Id.Value);
        }

        LeaveOffline(entry);
        return true;
    }

    private void LeaveOffline(Entry entry)
    {
        _offline.Remove(entry.Offline!);
        entry.Offline = null;
    }

    private sealed record OfflineOver
    {
        public static OfflineOver Instance { get; } = new();
    }
}
