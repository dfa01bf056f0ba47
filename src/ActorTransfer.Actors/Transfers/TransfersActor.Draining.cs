using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Ends all transfers before the engine stops.</content>
internal sealed partial class TransfersActor
{
    private void Drain(Transfer.Drain drain)
    {
        _draining = true;
        _drainers.Add(Sender);
        EndQueue();
        foreach (var entry in _entries.Values.Where(IsPending))
        {
            entry.Actor.Tell(new Transfer.Decline(entry.Id, "shutting down") { ForNow = true });
        }

        if (drain.Within is { } within)
        {
            Timers.StartSingleTimer(nameof(DrainOver), new DrainOver(), within);
        }

        TellDrained();
    }

    private void CancelAll()
    {
        if (_entries.Count > 0)
        {
            _log.Warning("{Count} transfers did not end within transfers.drain-timeout and are cancelled", _entries.Count);
        }

        foreach (var entry in _entries.Values)
        {
            entry.Actor.Tell(new Transfer.Cancel(entry.Id));
        }
    }

    private void TellDrained()
    {
        if (_entries.Count > 0)
        {
            return;
        }

        _drainers.ForEach(drainer => drainer.Tell(new Transfer.Drained()));
        _drainers.Clear();
    }

    private sealed record DrainOver;
}
