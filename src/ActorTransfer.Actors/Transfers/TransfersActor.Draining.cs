using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Ends all transfers before the engine stops.</content>
internal sealed partial class TransfersActor
{
    /// <summary>Also for peers.</summary>
    private const string ShuttingDown = "shutting down";

    private readonly List<IActorRef> _drainers = [];
    private bool _draining;
    private bool _isFinal;

    private Transfer.Status Status => new(_transfers.Count, _draining) { DiskReserve = _services.Settings.Files.DiskReserve };

    private void Drain(Transfer.Drain drain)
    {
        _draining = true;
        _isFinal |= drain.IsFinal;
        _drainers.Add(Sender);
        EndQueue();
        foreach (var entry in _transfers.Entries.Where(entry => entry.IsPending && !MayStillDecide(entry)))
        {
            entry.Actor.Tell(new Transfer.Decline(entry.Id, ShuttingDown) { ForNow = true, IsLeaving = true });
        }

        if (drain.Within is { } within)
        {
            Timers.StartSingleTimer(nameof(DrainOver), new DrainOver(), within);
        }

        ReportDrained();
    }

    /// <summary>Those that wait for the end of the drain get a reply, too.</summary>
    private void EndDrain()
    {
        if (_draining && !_isFinal)
        {
            _draining = false;
            Timers.Cancel(nameof(DrainOver));
            _drainers.ForEach(drainer => drainer.Tell(new Transfer.Drained(IsInterrupted: true)));
            _drainers.Clear();
        }

        Sender.Tell(Status);
    }

    private void CancelAll()
    {
        if (_transfers.Count > 0)
        {
            _log.Write(TransfersLog.DrainTimedOut, _transfers.Count);
        }

        foreach (var entry in _transfers.Entries)
        {
            Cancel(entry, new Transfer.Cancel(entry.Id) { Reason = ShuttingDown, KeepsPart = true });
        }
    }

    private void ReportDrained()
    {
        if (_transfers.Count > 0)
        {
            return;
        }

        _drainers.ForEach(drainer => drainer.Tell(new Transfer.Drained()));
        _drainers.Clear();
    }

    private sealed record DrainOver;
}
