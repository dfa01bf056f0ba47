using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Ends all transfers before the engine stops.</content>
internal sealed partial class TransfersActor
{
    private readonly List<IActorRef> _drainers = [];
    private bool _draining;

    private void Drain(Transfer.Drain drain)
    {
        _draining = true;
        _drainers.Add(Sender);
        EndQueue();
        foreach (var entry in _transfers.Entries.Where(entry => entry.IsPending))
        {
            entry.Actor.Tell(new Transfer.Decline(entry.Id, "shutting down") { ForNow = true });
        }

        if (drain.Within is { } within)
        {
            Timers.StartSingleTimer(nameof(DrainOver), new DrainOver(), within);
        }

        ReportDrained();
    }

    private void CancelAll()
    {
        if (_transfers.Count > 0)
        {
            _log.Warning("{Count} transfers did not end within transfers.drain-timeout and are cancelled", _transfers.Count);
        }

        foreach (var entry in _transfers.Entries)
        {
            entry.Actor.Tell(new Transfer.Cancel(entry.Id));
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
