using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public interface ICanTell
{
    void Tell(object message, IActorRef sender);
}

/// <summary>The handle of an actor. It outlives the actor; what is told to a dead one goes to the dead letters.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}

/// <summary>What the runtime itself asks of a ref.</summary>
public interface IInternalActorRef : IActorRef
{
    IActorRefProvider Provider { get; }

    void Stop();

    void Restart(Exception cause);

    void Suspend();

    void SendSystemMessage(ISystemMessage message);
}

public abstract class ActorRefBase : IActorRef
{
    public abstract ActorPath Path { get; }

    public void Tell(object message, IActorRef sender) => TellInternal(message, sender);

    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object obj) => Equals(obj as IActorRef);

    public override int GetHashCode() => HashCode.Combine(Path.Uid, Path.Name);

    public int CompareTo(IActorRef other)
    {
        var order = Path.CompareTo(other?.Path);
        return order != 0 ? order : Path.Uid.CompareTo(other?.Path.Uid ?? 0);
    }

    public int CompareTo(object obj) => CompareTo(obj as IActorRef);

    public override string ToString() => Path.Uid == 0 ? $"[{Path}]" : $"[{Path.ToStringWithUid()}]";

    protected abstract void TellInternal(object message, IActorRef sender);
}

public abstract class InternalActorRefBase : ActorRefBase, IInternalActorRef
{
    public abstract IInternalActorRef Parent { get; }

    public abstract IActorRefProvider Provider { get; }

    public abstract bool IsTerminated { get; }

    public abstract void Start();

    public abstract void Stop();

    public abstract void Restart(Exception cause);

    public abstract void Resume(Exception causedByFailure = null);

    public abstract void Suspend();

    public abstract void SendSystemMessage(ISystemMessage message);
}

/// <summary>A ref without an actor behind it: it has no children, no life cycle, and drops what it does not override.</summary>
public abstract class MinimalActorRef : InternalActorRefBase
{
    public override IInternalActorRef Parent => ActorRefs.Nobody;

    public override bool IsTerminated => false;

    public override void Start()
    {
    }

    public override void Stop()
    {
    }

    public override void Restart(Exception cause)
    {
    }

    public override void Resume(Exception causedByFailure = null)
    {
    }

    public override void Suspend()
    {
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
    }
}

public sealed class Nobody : MinimalActorRef
{
    public static Nobody Instance = new();

    private Nobody()
    {
    }

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems"), "/Nobody");

    public override IActorRefProvider Provider => throw new NotSupportedException("Nobody does not provide");
}

public static class ActorRefs
{
    public static readonly IActorRef NoSender = null;

    public static readonly Nobody Nobody = Nobody.Instance;
}

public static class ActorRefExtensions
{
    public static bool IsNobody(this IActorRef actorRef) => actorRef is null or Nobody;
}

public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Tells in the name of the actor that runs on this thread, if one does.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSelfOrNoSender());

    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSenderOrNoSender());
}

/// <summary>The ref of an actor, alive or dead.</summary>
public class LocalActorRef : InternalActorRefBase
{
    internal LocalActorRef(
        ActorSystemImpl system, Props props, Dispatch.MessageDispatcher dispatcher, IInternalActorRef supervisor, ActorPath path)
    {
        Path = path;
        Parent = supervisor;
        Cell = new ActorCell(system, this, props, dispatcher, supervisor);
    }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent { get; }

    public override IActorRefProvider Provider => Cell.SystemImpl.Provider;

    public override bool IsTerminated => Cell.IsTerminated;

    public ActorCell Cell { get; }

    public IInternalActorRef GetSingleChild(string name) => Cell.GetSingleChild(name);

    public override void Start() => Cell.Start();

    public override void Stop() => SendSystemMessage(new Terminate());

    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public override void Resume(Exception causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure));

    public override void Suspend() => SendSystemMessage(new Suspend());

    public override void SendSystemMessage(ISystemMessage message) => Cell.SendSystemMessage((SystemMessage)message);

    protected override void TellInternal(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Cell.SendMessage(sender, message);
    }
}

/// <summary>A ref whose actor never was: it answers Watch and Identify and sends the rest to the dead letters.</summary>
public class EmptyLocalActorRef : MinimalActorRef
{
    private readonly EventStream _eventStream;

    public EmptyLocalActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream)
    {
        Provider = provider;
        Path = path;
        _eventStream = eventStream;
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    public override bool IsTerminated => true;

    public override void SendSystemMessage(ISystemMessage message) => SpecialHandle(message, Provider.DeadLetters);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null)
            throw new InvalidMessageException("Message is null.");
        if (message is DeadLetter letter)
            SpecialHandle(letter.Message, letter.Sender);
        else if (!SpecialHandle(message, sender))
            _eventStream.Publish(new DeadLetter(message, sender.IsNobody() ? Provider.DeadLetters : sender, this));
    }

    /// <summary>Handles what needs an answer; false when the message is a plain dead letter.</summary>
    protected virtual bool SpecialHandle(object message, IActorRef sender)
    {
        switch (message)
        {
            case Watch watch:
                if (watch.Watchee.Equals(this) && !watch.Watcher.Equals(this))
                    watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, false, false));
                return true;
            case Unwatch:
                return true;
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), this);
                return true;
            case IDeadLetterSuppression suppressed:
                _eventStream.Publish(new SuppressedDeadLetter(suppressed, sender.IsNobody() ? Provider.DeadLetters : sender, this));
                return true;
            default:
                return false;
        }
    }
}

/// <summary>Publishes what could not be delivered.</summary>
public class DeadLetterActorRef : EmptyLocalActorRef
{
    private readonly EventStream _stream;

    public DeadLetterActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream)
        : base(provider, path, eventStream) => _stream = eventStream;

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case null:
                throw new InvalidMessageException("Message is null.");
            case DeadLetter letter:
                if (!SpecialHandle(letter.Message, letter.Sender))
                    _stream.Publish(letter);
                break;
            case AllDeadLetters other:
                _stream.Publish(other);
                break;
            default:
                if (!SpecialHandle(message, sender))
                    _stream.Publish(new DeadLetter(message, sender.IsNobody() ? this : sender, this));
                break;
        }
    }

    protected override bool SpecialHandle(object message, IActorRef sender)
    {
        if (message is not Watch watch)
            return base.SpecialHandle(message, sender);
        if (!watch.Watchee.Equals(this) && !watch.Watcher.Equals(this))
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, false, false));
        return true;
    }
}

/// <summary>
/// A ref that hands each message to a callback on the sender's thread and can be watched. The owner stops it.
/// </summary>
internal sealed class FunctionRef(IActorRefProvider provider, ActorPath path, Action<IActorRef, object> tell) : MinimalActorRef
{
    private readonly Lock _gate = new();
    private HashSet<IInternalActorRef> _watchedBy = [];
    private HashSet<IInternalActorRef> _watching = [];

    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider { get; } = provider;

    public override bool IsTerminated
    {
        get
        {
            lock (_gate)
                return _watchedBy is null;
        }
    }

    public void Watch(IActorRef actor)
    {
        lock (_gate)
        {
            if (_watching is null || !_watching.Add((IInternalActorRef)actor))
                return;
        }

        ((IInternalActorRef)actor).SendSystemMessage(new Watch((IInternalActorRef)actor, this));
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch when watch.Watchee.Equals(this):
                lock (_gate)
                {
                    if (_watchedBy is not null)
                    {
                        _watchedBy.Add(watch.Watcher);
                        return;
                    }
                }

                watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, true, false));
                break;
            case Unwatch unwatch when unwatch.Watchee.Equals(this):
                lock (_gate)
                    _watchedBy?.Remove(unwatch.Watcher);
                break;
            case DeathWatchNotification died:
                lock (_gate)
                {
                    if (_watching is null || !_watching.Remove((IInternalActorRef)died.Actor))
                        return;
                }

                tell(died.Actor, new Terminated(died.Actor, died.ExistenceConfirmed, died.AddressTerminated));
                break;
        }
    }

    public override void Stop()
    {
        HashSet<IInternalActorRef> watchers, watched;
        lock (_gate)
        {
            (watchers, watched) = (_watchedBy, _watching);
            (_watchedBy, _watching) = (null, null);
        }

        foreach (var actor in watched ?? [])
            actor.SendSystemMessage(new Unwatch(actor, this));
        foreach (var watcher in watchers ?? [])
            watcher.SendSystemMessage(new DeathWatchNotification(this, true, false));
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (IsTerminated)
            Provider.DeadLetters.Tell(new DeadLetter(message, sender, this), sender);
        else
            tell(sender ?? Provider.DeadLetters, message);
    }
}
