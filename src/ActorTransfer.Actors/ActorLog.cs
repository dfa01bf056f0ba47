using ActorTransfer.Actors.Logging;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors;

/// <summary>Hides Akka's own extension in this namespace and below, so that no actor bypasses <see cref="PrintableLog"/>.</summary>
internal static class ActorLog
{
    /// <summary>The log of the actor with this context.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context) => new PrintableLog(Akka.Event.Logging.GetLogger(context));
}
