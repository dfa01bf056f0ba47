using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// An actor that handles requests of peers (<see cref="Connection.Requested"/>). A fault affects only the message that caused it; its request is answered with
/// <c>internal-server-error</c> (RFC 6120 §8.2.3). The parent's strategy decides about the actor.
/// </summary>
internal abstract class RequestHandlerActor : ReceiveActor
{
    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch
        {
            Connection.AnswerFailed(message, Sender);
            throw;
        }
    }
}
