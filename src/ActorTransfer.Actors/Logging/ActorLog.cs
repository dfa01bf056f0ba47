using ActorTransfer.Actors.Logging;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors;

/// <summary>Hides Akka's own extension in this namespace and below, so that no actor bypasses <see cref="PrintableLog"/>.</summary>
internal static class ActorLog
{
    /// <summary>The log of the actor with this context.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context) => new PrintableLog(Akka.Event.Logging.GetLogger(context));

    /// <summary>Writes a line.</summary>
    public static void Write(this ILoggingAdapter log, LogLine line, params ReadOnlySpan<object?> values) => Write(log, null, line, null, values);

    /// <summary>Writes a line about a transfer.</summary>
    public static void Write(this ILoggingAdapter log, LogLine line, LogScope? scope, params ReadOnlySpan<object?> values) =>
        Write(log, null, line, scope, values);

    /// <summary>Writes a line about an exception.</summary>
    public static void Write(this ILoggingAdapter log, Exception cause, LogLine line, params ReadOnlySpan<object?> values) =>
        Write(log, cause, line, null, values);

    private static void Write(ILoggingAdapter log, Exception? cause, LogLine line, LogScope? scope, ReadOnlySpan<object?> values)
    {
        if (log.IsEnabled(line.Level))
        {
            log.Log(line.Level, cause, new PrintableMessage(log.Formatter, line, scope, values));
        }
    }
}
