using ActorTransfer.Protocol;
using Akka.Event;

namespace ActorTransfer.Actors.Logging;

/// <summary>
/// The log of an actor: text of peers and servers passes <see cref="PrintableText"/> before it enters the log, so that no name can forge a line,
/// whatever loggers and formatter the actor system has; in an application's actor system they are the application's.
/// </summary>
internal sealed class PrintableLog(ILoggingAdapter log) : ILoggingAdapter
{
    public ILogMessageFormatter Formatter => log.Formatter;

    public bool IsDebugEnabled => log.IsDebugEnabled;

    public bool IsInfoEnabled => log.IsInfoEnabled;

    public bool IsWarningEnabled => log.IsWarningEnabled;

    public bool IsErrorEnabled => log.IsErrorEnabled;

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log(LogLevel logLevel, Exception? cause, string format) =>
        log.Log(logLevel, LoggedException.Of(cause), PrintableText.Of(format, LoggedValue.MaxMessage));

    public void Log(LogLevel logLevel, Exception? cause, LogMessage message) =>
        log.Log(logLevel, LoggedException.Of(cause), message as PrintableMessage ?? new PrintableMessage(Formatter, message));
}
