using Microsoft.Extensions.Logging;

namespace ActorTransfer.Cluster.Node;

/// <summary>Writes the log to a file, for a person who looks for the cause of a failure.</summary>
internal sealed class FileLog(string path) : ILoggerProvider
{
    private readonly TextWriter _file = TextWriter.Synchronized(new StreamWriter(path, append: true) { AutoFlush = true });

    public ILogger CreateLogger(string categoryName) => new Logger(_file, categoryName);

    public void Dispose() => _file.Dispose();

    private sealed class Logger(TextWriter file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                file.WriteLine($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
