using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Whom the actor watches and who watches it. Made when first needed: most actors never watch.</summary>
public sealed partial class ActorCell
{
    private Dictionary<IActorRef, object> _watching; // value: the message to deliver instead of Terminated, or NoReason
    private Dictionary<IActorRef, object> _terminatedQueued; // ended, and its Terminated is somewhere in the mailbox
    private HashSet<IInternalActorRef> _watchedBy;

    public IActorRef Watch(IActorRef subject) => StartWatch(subject, NoReason);

    public IActorRef WatchWith(IActorRef subject, object message) =>
        StartWatch(subject, message ?? throw new ArgumentNullException(nameof(message)));

    public IActorRef Unwatch(IActorRef subject)
    {
        if (!ReferenceEquals(subject, _self) && _watching is not null && _watching.Remove(subject))
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch((IInternalActorRef)subject, _self));
        _terminatedQueued?.Remove(subject);
        return subject;
    }

    private IActorRef StartWatch(IActorRef subject, object message)
    {
        // The first watch decides which message comes; a later one changes nothing.
        if (subject.Equals(_self) || _watching?.ContainsKey(subject) == true)
            return subject;

        (_watching ??= []).Add(subject, message);
        ((IInternalActorRef)subject).SendSystemMessage(new Watch((IInternalActorRef)subject, _self));
        return subject;
    }

    private void AddWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (ReferenceEquals(watchee, _self) && !ReferenceEquals(watcher, _self))
            (_watchedBy ??= []).Add(watcher);
    }

    private void RemoveWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (ReferenceEquals(watchee, _self))
            _watchedBy?.Remove(watcher);
    }

    private void WatchedActorTerminated(DeathWatchNotification died)
    {
        if (_watching is null || !_watching.Remove(died.Actor, out var message) || IsTerminating)
            return;
        (_terminatedQueued ??= [])[died.Actor] = message;
        _self.Tell(new Terminated(died.Actor, died.ExistenceConfirmed, died.AddressTerminated), died.Actor);
    }

    private void ReceivedTerminated(Terminated terminated)
    {
        // Unwatched since: nothing is delivered.
        if (_terminatedQueued is null || !_terminatedQueued.Remove(terminated.ActorRef, out var message))
            return;
        Deliver(ReferenceEquals(message, NoReason) ? terminated : message);
    }

    private void TellWatchersWeDied()
    {
        if (_watchedBy is null)
            return;
        foreach (var watcher in _watchedBy)
        {
            if (!ReferenceEquals(watcher, Parent)) // it has been told already
                watcher.SendSystemMessage(new DeathWatchNotification(_self, true, false));
        }

        _watchedBy = null;
    }

    private void UnwatchAll()
    {
        if (_watching is not null)
        {
            foreach (var subject in _watching.Keys)
                ((IInternalActorRef)subject).SendSystemMessage(new Unwatch((IInternalActorRef)subject, _self));
        }

        _watching = null;
        _terminatedQueued = null;
    }
}
