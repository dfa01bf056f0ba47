using ActorTransfer.Transports.Stages;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>Pause and rate of the byte flows.</content>
internal abstract partial class TransferActor<TState, TInput, TOutput>
{
    private readonly FlowControl _control = new();
    private bool _flows;

    /// <summary>Pauses the byte flows and limits their rate.</summary>
    protected FlowControl Control => _control;

    /// <summary>A byte flow that this side has paused makes no progress, which is not a timeout.</summary>
    private bool IsHeld => _flows && _control.Terms.IsPaused;

    private TInput? DeadlinePassed()
    {
        if (!IsHeld)
        {
            return TimedOut;
        }

        _timer.Set(TimeFor(_state));
        return null;
    }

    /// <summary>The peer has broken off: what it has sent is read to its end, even if this side has paused.</summary>
    protected TInput? EndPause() => _control.Terms.IsPaused ? Pause(isPaused: false, null) : null;

    private TInput? Pause(bool isPaused, IActorRef? replyTo)
    {
        var wasHeld = IsHeld;
        _control.Pause(isPaused);
        if (wasHeld && !isPaused)
        {
            _timer.Set(TimeFor(_state));
        }

        ReportPaused();
        replyTo?.Tell(new Transfer.Paused(Id, isPaused));
        return null;
    }

    private TInput? Limit(Transfer.Limit limit)
    {
        _control.Limit(limit.Buckets);
        return null;
    }

    private void ReportPaused() => Report(new Transfer.Paused(Id, _control.Terms.IsPaused));
}
