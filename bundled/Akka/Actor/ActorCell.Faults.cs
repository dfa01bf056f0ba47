using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Birth, failure, restart and end of the actor, each started by a system message.</summary>
public sealed partial class ActorCell
{
    private IActorRef _failed; // who failed: the actor itself or the child whose failure it passed on; null when all is well

    internal SupervisorStrategy Strategy => _strategy ??= Props.SupervisorStrategy ?? _actor.OwnSupervisorStrategy();

    private void InvokeSystem(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case Create:
                    Born();
                    break;
                case Watch watch:
                    AddWatcher(watch.Watchee, watch.Watcher);
                    break;
                case Unwatch unwatch:
                    RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                    break;
                case DeathWatchNotification died:
                    WatchedActorTerminated(died);
                    HandleChildTerminated(died.Actor);
                    break;
                case Failed failed:
                    HandleFailed(failed);
                    break;
                case Recreate recreate:
                    FaultRecreate(recreate.Cause);
                    break;
                case Suspend:
                    _suspended++;
                    SuspendChildren(null);
                    break;
                case Resume resume:
                    FaultResume(resume.CausedByFailure);
                    break;
                case Terminate:
                    BeginTerminate();
                    break;
            }
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e, null);
        }
    }

    private void Born()
    {
        try
        {
            _actor = NewActor();
            _actor.AroundPreStart();
            ScheduleReceiveTimeout();
        }
        catch (Exception e)
        {
            if (_actor is not null)
                ClearActor(_actor);
            _actor = null;
            throw new ActorInitializationException(_self, "Exception during creation", e);
        }
    }

    /// <summary>Suspends the actor and its children and asks the parent for a verdict. The perpetrator is the actor unless a child's failure is passed on.</summary>
    private void HandleInvokeFailure(Exception cause, IActorRef failedChild)
    {
        if (_failed is not null || IsTerminating)
        {
            // The parent has been asked already and will decide about this incarnation; only the log can tell of the second failure.
            PublishError(cause, "Failure while the actor was already failed or stopping: " + cause.Message);
            return;
        }

        _failed = failedChild ?? _self;
        _suspended++;
        CancelReceiveTimeout();
        SuspendChildren(failedChild);
        Parent.SendSystemMessage(new Failed(_self, cause, _self.Path.Uid));
    }

    private void HandleFailed(Failed failed)
    {
        ChildStats stats;
        lock (ChildrenGate)
            stats = StatsOf(failed.Child);
        if (stats is null || stats.Child.Path.Uid != failed.Uid)
            return; // it has ended in the meantime
        bool handled;
        try
        {
            handled = Strategy.HandleFailure(this, failed.Cause, stats);
        }
        catch (Exception e)
        {
            PublishError(e, "The supervisor strategy threw: " + e.Message);
            handled = false;
        }

        if (!handled)
            HandleInvokeFailure(failed.Cause, failed.Child);
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }

        if (_awaited is not null)
        {
            FaultResume(null); // already on its way: only the count of suspensions has to come out even
            return;
        }

        CancelReceiveTimeout();
        var dying = _actor;
        try
        {
            dying.AroundPreRestart(cause, _message);
        }
        catch (Exception e)
        {
            var wrapped = new PreRestartException(_self, e, cause, _message);
            PublishError(wrapped, wrapped.Message);
        }
        finally
        {
            ClearActor(dying);
        }

        if (!AwaitDyingChildren(new Recreation(cause)))
            FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        try
        {
            var survivors = GetChildren();
            ResumeMailbox();
            _failed = null;
            _message = null;
            _sender = null;
            _receiveTimeout = null;
            _actor = NewActor();
            _actor.AroundPostRestart(cause, null);
            ScheduleReceiveTimeout();
            foreach (var child in survivors)
                child.Restart(cause);
        }
        catch (Exception e)
        {
            _failed = null;
            HandleInvokeFailure(new PostRestartException(_self, e, cause), null);
        }
    }

    private void FaultResume(Exception causedByFailure)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }

        var perpetrator = _failed;
        ResumeMailbox();
        if (causedByFailure is not null)
        {
            _failed = null;
            _message = null;
            _sender = null;
            ScheduleReceiveTimeout();
        }

        foreach (var stats in ChildrenStats())
            stats.Child.Resume(ReferenceEquals(stats.Child, perpetrator) ? causedByFailure : null);
    }

    /// <summary>A verdict on an actor whose constructor failed: whatever it was, there is only one way on.</summary>
    private void FaultCreate()
    {
        CancelReceiveTimeout();
        foreach (var stats in ChildrenStats())
            Stop(stats.Child);
        if (!AwaitDyingChildren(Creation.Instance))
            FinishCreate();
    }

    private void FinishCreate()
    {
        ResumeMailbox();
        _failed = null;
        _message = null;
        _sender = null;
        Born();
    }

    private void BeginTerminate()
    {
        if (IsTerminating)
            return;
        _receiveTimeout = null;
        CancelReceiveTimeout();
        UnwatchAll();
        foreach (var stats in ChildrenStats())
            Stop(stats.Child);
        if (AwaitDyingChildren(Termination.Instance))
        {
            _suspended++; // takes no more messages, but hears of its children's ends
            _failed ??= _self;
        }
        else
        {
            FinishTerminate();
        }
    }

    private void FinishTerminate()
    {
        var dying = _actor;
        try
        {
            dying?.AroundPostStop();
        }
        catch (Exception e)
        {
            PublishError(e, e.Message);
        }

        ClearActor(dying);
        _actor = null;
        CloseMailbox();
        Parent.SendSystemMessage(new DeathWatchNotification(_self, true, false));
        TellWatchersWeDied();
        UnwatchAll();
        CancelReceiveTimeout();
        _message = null;
        _sender = null;
        _failed = null;
        _children = null;
    }

    private void PublishError(Exception cause, string message) =>
        SystemImpl.EventStream.Publish(new Error(cause, _self.Path.ToString(), _actor?.GetType() ?? Props.Type, message));
}
