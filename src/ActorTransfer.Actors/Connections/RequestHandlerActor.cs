using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// An actor that answers requests of peers (<see cref="Connection.Requested"/>). A fault costs the message that met it, and its request is answered with
/// <c>internal-server-error</c> (RFC 6120 §8.2.3); what becomes of the actor is its parent's business.
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
