using ActorTransfer.Cluster.Messages;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>Parent of the transfers that other nodes request, each a <see cref="RemoteSendActor"/>. One on each node.</summary>
internal sealed class RemoteSendsActor : ReceiveActor
{
    /// <summary>Use <see cref="Props(EngineInstance, IContentResolver, Func{string, bool})"/>.</summary>
    public RemoteSendsActor(EngineInstance engine, IContentResolver? resolver, Func<string, bool> leaves) =>
        Receive<AccountMessage.Send>(send => Context.ActorOf(RemoteSendActor.Props(send, Sender, engine, resolver, leaves)));

    /// <param name="engine">The engine of this node.</param>
    /// <param name="resolver">Opens named content; null = the application has none.</param>
    /// <param name="leaves">Whether an account is about to leave this node.</param>
    public static Props Props(EngineInstance engine, IContentResolver? resolver, Func<string, bool> leaves) =>
        Akka.Actor.Props.Create(() => new RemoteSendsActor(engine, resolver, leaves));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;
}
