using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Hosting;

/// <summary>Which loggers a hosted actor system has and what they get to see. It begins with the default logger.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly AkkaConfigurationBuilder _builder;
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder) => _builder = builder;

    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        return this;
    }

    public LoggerConfigBuilder AddLogger<T>() where T : IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        _loggers.Add(typeof(T));
        return this;
    }

    internal AkkaConfigurationBuilder Build()
    {
        var level = LogLevel switch
        {
            LogLevel.DebugLevel => "Debug",
            LogLevel.InfoLevel => "Info",
            LogLevel.WarningLevel => "Warning",
            LogLevel.ErrorLevel => "Error",
            _ => throw new ConfigurationException($"Unknown log level: {LogLevel}"),
        };
        return _builder.AddHocon(
            $"""
            akka.loglevel = {level}
            akka.loggers = [{string.Join(",", _loggers.Select(type => $"\"{type.AssemblyQualifiedName}\""))}]
            """,
            HoconAddMode.Prepend);
    }
}

/// <summary>Configures logging of a hosted actor system.</summary>
public static class LoggingExtensions
{
    public static AkkaConfigurationBuilder ConfigureLoggers(this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configurator)
    {
        var loggers = new LoggerConfigBuilder(builder);
        configurator(loggers);
        return loggers.Build();
    }
}
