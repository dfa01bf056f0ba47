using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

public interface ISystemMessage : INoSerializationVerificationNeeded
{
}

/// <summary>
/// What actors and their supervisors tell each other behind the mailbox: delivered in order, before any user message, also to a suspended actor.
/// An instance is sent once, since it is its own link in the receiver's queue.
/// </summary>
public abstract class SystemMessage : ISystemMessage
{
    internal SystemMessage Next;

    public override string ToString() => $"<{GetType().Name}>";
}

/// <summary>Kept back while the actor is failed or busy with a task: its own supervisor has to decide first.</summary>
internal interface IStashWhenFailed
{
}

/// <summary>Kept back while the actor waits for its children to end.</summary>
internal interface IStashWhenWaitingForChildren
{
}

public sealed class Create : SystemMessage
{
}

public sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

public sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

public sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated) : SystemMessage
{
    public IActorRef Actor { get; } = actor;

    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    public bool AddressTerminated { get; } = addressTerminated;
}

public sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage, IStashWhenFailed, IStashWhenWaitingForChildren
{
    public IActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;

    public long Uid { get; } = uid;
}

public sealed class Recreate(Exception cause) : SystemMessage, IStashWhenWaitingForChildren
{
    public Exception Cause { get; } = cause;
}

public sealed class Suspend : SystemMessage, IStashWhenWaitingForChildren
{
}

public sealed class Resume(Exception causedByFailure) : SystemMessage, IStashWhenWaitingForChildren
{
    public Exception CausedByFailure { get; } = causedByFailure;
}

public sealed class Terminate : SystemMessage
{
}
