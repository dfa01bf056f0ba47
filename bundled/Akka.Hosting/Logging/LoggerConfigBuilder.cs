using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Hosting;

/// <summary>Which loggers a hosted actor system has and what they get to see. It begins with the default logger.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly AkkaConfigurationBuilder _builder;
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];
    private Type _formatter = typeof(DefaultLogMessageFormatter);

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder) => _builder = builder;

    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    public bool LogConfigOnStart { get; set; }

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

    /// <summary>What makes text of a log event's template and values.</summary>
    public LoggerConfigBuilder WithDefaultLogMessageFormatter<T>() where T : ILogMessageFormatter
    {
        _formatter = typeof(T);
        return this;
    }

    internal void Use(ILoggerFactory loggerFactory) => _builder.AddSetup(new LoggerFactorySetup(loggerFactory));

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
            akka.logger-formatter = "{_formatter.AssemblyQualifiedName}"
            akka.log-config-on-start = {(LogConfigOnStart ? "on" : "off")}
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

    public static LoggerConfigBuilder AddDefaultLogger(this LoggerConfigBuilder configBuilder) => configBuilder.AddLogger<DefaultLogger>();

    /// <summary>Log lines go to the host's logger factory.</summary>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder) =>
        configBuilder.AddLogger<LoggerFactoryLogger>();

    /// <summary>Log lines go to the given logger factory, which stays the caller's.</summary>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder, ILoggerFactory loggerFactory)
    {
        configBuilder.Use(loggerFactory);
        return configBuilder.AddLoggerFactory();
    }
}
