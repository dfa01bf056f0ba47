using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Passes the messages that are sent to it to a function, on the thread of their sender: an observer that needs no actor.</summary>
/// <param name="provider">Of the actor system.</param>
/// <param name="receive">Thread-safe; must not block or throw.</param>
#pragma warning disable MA0097 // compared by its path, as every actor reference
internal sealed class TransferObserver(IActorRefProvider provider, Action<object> receive) : MinimalActorRef
#pragma warning restore MA0097
{
    public override ActorPath Path { get; } = provider.TempPath();

    public override IActorRefProvider Provider => provider;

    protected override void TellInternal(object message, IActorRef sender) => receive(message);
}
