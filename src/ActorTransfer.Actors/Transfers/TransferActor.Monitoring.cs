using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>Events to the observer, and to the actor that monitors all transfers, if there is one.</content>
internal abstract partial class TransferActor<TState, TInput, TOutput>
{
    private IActorRef? _monitor;
    private Transfer.MethodSelected? _method;

    private void Report(Transfer.IEvent happened)
    {
        _observer.Tell(happened);
        _monitor?.Tell(happened);
    }

    /// <summary>It may start when the transfer has begun: it gets the current state, method and progress.</summary>
    private TInput? ReportToMonitor(IActorRef monitor)
    {
        _monitor = monitor;
        monitor.Tell(new Transfer.Entered(Id, Phase, Context.System.Scheduler.Now, Address));
        monitor.Tell(new Transfer.Paused(Id, _control.Terms.IsPaused));
        if (_method is { } method)
        {
            monitor.Tell(method);
            monitor.Tell(new Transfer.Progressed(Id, _times.Bytes, TotalFor(_times.Bytes)));
        }

        return null;
    }
}
