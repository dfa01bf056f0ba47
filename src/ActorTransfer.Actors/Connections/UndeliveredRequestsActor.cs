using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// Returns requests that could not be delivered to the connection that passed them on, one of its siblings. One for all connections: each message to a stopped
/// actor costs one message, not one for each connection.
/// </summary>
internal sealed class UndeliveredRequestsActor : ReceiveActor
{
    /// <summary>Use <see cref="Props"/>.</summary>
    public UndeliveredRequestsActor() => Receive<DeadLetter>(
        letter => letter.Sender.Tell(new Connection.Undelivered(((Connection.Requested)letter.Message).Request)),
        letter => letter.Message is Connection.Requested && letter.Sender.Path.Parent.Equals(Self.Path.Parent));

    /// <summary>Of the only instance of an engine.</summary>
    public static Props Props { get; } = Akka.Actor.Props.Create<UndeliveredRequestsActor>();

    /// <inheritdoc/>
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
}
