using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Collects log lines.</summary>
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

    /// <summary>Waits for a line with this text, or for several.</summary>
    public async Task HasAsync(string text, TimeSpan timeout, int count = 1)
    {
        while (true)
        {
            var more = Volatile.Read(ref _more).Task;
            if (_lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= count)
            {
                return;
            }

            try
            {
                await more.WaitAsync(timeout);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"'{text}' was not logged. The log:\n{string.Join('\n', _lines)}");
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
