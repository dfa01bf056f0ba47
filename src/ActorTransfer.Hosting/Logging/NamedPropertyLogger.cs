using System.Collections;
using ActorTransfer.Protocol;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorTransfer.Hosting.Logging;

/// <summary>
/// Akka logger that hands events to <see cref="ILoggerFactory"/> with the template and its named values, so that Serilog and others keep
/// <c>TransferId</c>, <c>Peer</c>, <c>Bytes</c> ... as properties. Akka.Hosting's own logger passes text only. What peers and servers wrote passes
/// <see cref="PrintableText"/> here, so that no line can be forged by a name, whichever actor logs it.
/// </summary>
public sealed class NamedPropertyLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly Dictionary<string, ILogger> _loggers = [];
    private readonly ILoggerFactory _factory;

    /// <summary>Made by Akka.</summary>
    public NamedPropertyLogger()
    {
        var setup = Context.System.Settings.Setup.Get<LoggerFactorySetup>();
        _factory = setup.HasValue ? setup.Value.LoggerFactory : throw new ConfigurationException("No ILoggerFactory was handed to the actor system.");
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    private void Write(LogEvent entry)
    {
        var logger = LoggerOf(entry.LogClass?.FullName ?? "Akka");
        var level = LevelOf(entry.LogLevel());
        if (logger.IsEnabled(level))
        {
            logger.Log(level, default, new Values(entry), LoggedException.Of(entry.Cause), static (values, _) => values.ToString());
        }
    }

    private ILogger LoggerOf(string category)
    {
        if (!_loggers.TryGetValue(category, out var logger))
        {
            _loggers.Add(category, logger = _factory.CreateLogger(category));
        }

        return logger;
    }

    private static LogLevel LevelOf(Akka.Event.LogLevel level) => level switch
    {
        Akka.Event.LogLevel.DebugLevel => LogLevel.Debug,
        Akka.Event.LogLevel.InfoLevel => LogLevel.Information,
        Akka.Event.LogLevel.WarningLevel => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    /// <summary>Template and values in the form that logging providers read.</summary>
    private sealed class Values : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly List<KeyValuePair<string, object?>> _values = [];
        private readonly string _text;

        public Values(LogEvent entry)
        {
            var template = "{Message}";
            if (entry.Message is LogMessage message)
            {
                template = message.Format;
                object?[] args = [.. message.Parameters()];
                _text = NamedTemplateFormatter.Render(template, args);
                _values.AddRange(MessageTemplate.Holes(template).Where(hole => hole.Index < args.Length).Select(hole => KeyValuePair.Create(hole.Name, LoggedValue.Of(args[hole.Index]))));
            }
            else
            {
                _text = PrintableText.Of(entry.Message?.ToString(), LoggedValue.MaxMessage);
                _values.Add(KeyValuePair.Create<string, object?>("Message", _text));
            }

            _values.Add(KeyValuePair.Create<string, object?>("ActorPath", entry.LogSource));
            _values.Add(KeyValuePair.Create<string, object?>("{OriginalFormat}", template));
        }

        public int Count => _values.Count;

        public KeyValuePair<string, object?> this[int index] => _values[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => _text;
    }
}
