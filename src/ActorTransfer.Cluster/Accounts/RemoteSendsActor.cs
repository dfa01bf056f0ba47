using ActorTransfer.Cluster.Messages;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>Parent of the transfers that other nodes request, each a <see cref="RemoteSendActor"/>. One on each node.</summary>
internal sealed class RemoteSendsActor : ReceiveActor
{
    /// <summary>Use <see cref="Props(EngineInstance, IContentResolver)"/>.</summary>
    public RemoteSendsActor(EngineInstance engine, IContentResolver? resolver) =>
        Receive<AccountMessage.Send>(send => Context.ActorOf(RemoteSendActor.Props(send, Sender, engine, resolver)));

    /// <param name="engine">The engine of this node.</param>
    /// <param name="resolver">Opens named content; null = the application has none.</param>
    public static Props Props(EngineInstance engine, IContentResolver? resolver) => Akka.Actor.Props.Create(() => new RemoteSendsActor(engine, resolver));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;
}
