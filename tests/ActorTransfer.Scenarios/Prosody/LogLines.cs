using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IEnumerable<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add(formatter(state, exception));

    /// <summary>Waits for a line with these words.</summary>
    public async Task HasAsync(string words, TimeSpan patience)
    {
        while (true)
        {
            var more = Volatile.Read(ref _more).Task;
            if (_lines.Any(line => line.Contains(words, StringComparison.Ordinal)))
            {
                return;
            }

            try
            {
                await more.WaitAsync(patience);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"Nobody logged '{words}' but:\n{string.Join('\n', _lines)}");
            }
        }
    }

    public void Dispose()
    {
    }

    public void Add(string line)
    {
        _lines.Enqueue(line);
        Interlocked.Exchange(ref _more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
