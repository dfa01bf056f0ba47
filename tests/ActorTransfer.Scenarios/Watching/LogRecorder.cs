using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Records all log lines of an application.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    public ConcurrentQueue<Entry> Entries { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is IEnumerable<KeyValuePair<string, object?>> values)
        {
            Entries.Enqueue(new Entry(id, formatter(state, exception), values.DistinctBy(value => value.Key).ToDictionary()));
        }
    }

    public void Dispose()
    {
    }

    /// <summary>One line.</summary>
    public sealed record Entry(EventId Id, string Text, Dictionary<string, object?> Values);
}
