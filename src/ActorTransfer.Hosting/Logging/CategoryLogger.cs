using ActorTransfer.Actors.Logging;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorTransfer.Hosting.Logging;

/// <summary>
/// Replaces Akka.Hosting's logger to <see cref="ILoggerFactory"/>, which has a single category. Here the category is the class that logs, so that
/// levels can be set for a part of the engine. Also makes Akka's own events printable: exceptions and dead letters contain text of peers.
/// </summary>
internal sealed class CategoryLogger : LoggerFactoryLogger
{
    private readonly ILoggerFactory _factory = Context.System.Settings.Setup.Get<LoggerFactorySetup>().Value.LoggerFactory;

    /// <inheritdoc/>
    protected override void Log(LogEvent log, ActorPath path)
    {
        var logger = _factory.CreateLogger(log.LogClass?.FullName ?? "Akka");
        // Akka has the same levels except the lowest.
        var level = (LogLevel)(log.LogLevel() + 1);
        if (!logger.IsEnabled(level))
        {
            return;
        }

        var formatter = SemanticLogMessageFormatter.Instance;
        var message = log.Message is LogMessage original ? new PrintableMessage(formatter, original) : new PrintableMessage(formatter, log.Message);
        var values = new Dictionary<string, object?>(message.GetProperties()!);
        if (log.TryGetProperties(out var named))
        {
            foreach (var (name, value) in named!)
            {
                values[name] = LoggedValue.Of(value);
            }
        }

        foreach (var (name, value) in message.Scope?.Properties ?? [])
        {
            values.TryAdd(name, LoggedValue.Of(value));
        }

        values["ActorPath"] = log.LogSource;
        values["{OriginalFormat}"] = message.Format;
        var id = message.Line is { } line ? new EventId(line.Id, line.Name) : default;
        logger.Log(level, id, values, LoggedException.Of(log.Cause), (_, _) => message.ToString());
    }
}
