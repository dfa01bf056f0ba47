using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Reports all transfers to the actor that monitors them, if there is one, and traces their states.</content>
internal sealed partial class TransfersActor
{
    private static readonly TransferMonitoring.Start s_monitor = new();
    private IActorRef? _monitor;

    private void Monitor(TransferMonitoring.Start start)
    {
        _monitor = Context.Watch(Sender);
        foreach (var entry in _transfers.Entries.OrderBy(entry => entry.Id.Value))
        {
            ReportAdded(entry, isQueued: !entry.HasBegun);
            ReportBegun(entry);
        }

        _monitor.Tell(new TransferMonitoring.Started());
    }

    private void ReportAdded(TransferEntry entry, bool isQueued) =>
        _monitor?.Tell(new TransferMonitoring.Added(entry.Id, !entry.Sends, entry.Account, entry.Key.Peer, entry.File, isQueued));

    /// <summary>Its actor reports its events.</summary>
    private void ReportBegun(TransferEntry entry)
    {
        if (_monitor is { } monitor && entry.HasBegun)
        {
            ReportSession(entry);
            entry.Actor.Tell(s_monitor, monitor);
        }
    }

    private void ReportSession(TransferEntry entry)
    {
        if (entry.Signalling is { } signalling)
        {
            _monitor?.Tell(new Transfer.SignallingSelected(entry.Id, signalling));
        }

        ReportSession(entry, entry.Key.SessionId);
        ReportSession(entry, entry.Key.IsJingle ? entry.TransportId : null);
    }

    /// <summary>The session, or its transport: activations and in-band bytestreams have the sid of that.</summary>
    private void ReportSession(TransferEntry entry, string? sessionId)
    {
        if (_monitor is { } monitor && entry.Key.Self is { } self && sessionId is { Length: > 0 })
        {
            monitor.Tell(new TransferMonitoring.InSession(entry.Id, self, entry.Key.Peer, sessionId));
        }
    }

    /// <summary>To its observer, and to the actor that monitors all transfers.</summary>
    private void Tell(TransferEntry entry, Transfer.IEvent happened)
    {
        entry.Observer.Tell(happened);
        _monitor?.Tell(happened);
    }
}
