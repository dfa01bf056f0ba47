using ActorTransfer.Protocol;
using Akka.Actor;
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
        log.Log(logLevel, LoggedException.Of(cause), new PrintableMessage(Formatter, message));
}

/// <summary>A message with printable values. One without a template gets one.</summary>
internal sealed class PrintableMessage : LogMessage
{
    private readonly object[] _values;

    public PrintableMessage(ILogMessageFormatter formatter, LogMessage original)
        : base(formatter, original.Format) => _values = [.. original.Parameters().Select(value => LoggedValue.Of(value))];

    public PrintableMessage(ILogMessageFormatter formatter, object? text)
        : base(formatter, "{Message}") => _values = [PrintableText.Of(text?.ToString(), LoggedValue.MaxMessage)];

    public override string ToString() => Formatter.Format(Format, _values);

    public override string Unformatted() => string.Join(',', _values);

    public override IEnumerable<object> Parameters() => _values;
}
