using System.Collections.Concurrent;
using System.Globalization;
using ActorTransfer.Scenarios.InProcess;
using ActorTransfer.Testing.Time;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Log events of a transfer.</summary>
public sealed class LogEventsSpec
{
    [Fact]
    public async Task Log_events_must_have_named_properties()
    {
        using var logs = new Recorder();
        await using (var host = await LocalDomainHost.StartAsync("actor-transfer.target.enabled = off", logs: logs))
        {
            var missing = await host.Transfers.SendAsync(
                LocalDomainHost.Receiver, new FileInfo(typeof(LogEventsSpec).Assembly.Location), new SendOptions("iphone"));
            await missing.Completion;

            // Log events are delivered asynchronously, and those in flight are lost when the system stops.
            await Eventually.HoldsAsync(
                () => logs.Entries.Any(entry => entry.Text.Contains(" ended: ", StringComparison.Ordinal)), () => "The end of the transfer was not logged.");
        }

        var offered = Assert.Single(logs.Entries, entry => entry.Text.Contains(": offering ", StringComparison.Ordinal));
        Assert.Equal(LocalDomainHost.Receiver.ToString(), offered.Values["Peer"]?.ToString());
        Assert.Equal("ActorTransfer.Scenarios.dll", offered.Values["File"]);
        Assert.Contains("{TransferId}", (string?)offered.Values["{OriginalFormat}"], StringComparison.Ordinal);
        var ended = Assert.Single(logs.Entries, entry => entry.Text.Contains(" ended: ", StringComparison.Ordinal));
        Assert.Equal(offered.Values["TransferId"], ended.Values["TransferId"]);
    }

    [Fact]
    public async Task Serilog_must_get_template_values_level_category_and_source()
    {
        var sink = new Sink();
        using var serilog = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        using var provider = new SerilogLoggerProvider(serilog);
        await using (var host = await LocalDomainHost.StartAsync("actor-transfer.target.enabled = off", logs: provider))
        {
            var missing = await host.Transfers.SendAsync(
                LocalDomainHost.Receiver, new FileInfo(typeof(LogEventsSpec).Assembly.Location), new SendOptions("iphone"));
            await missing.Completion;
            await Eventually.HoldsAsync(() => !sink.Offers.IsEmpty, () => "The offer was not logged.");
        }

        var offered = Assert.Single(sink.Offers);
        Assert.Equal(LogEventLevel.Information, offered.Level);
        Assert.Equal("\"ActorTransfer.Actors.Transfers.TransfersActor\"", offered.Properties["SourceContext"].ToString());
        Assert.Equal("\"ActorTransfer.Scenarios.dll\"", offered.Properties["File"].ToString());
        Assert.Contains(LocalDomainHost.Receiver.ToString(), offered.Properties["Peer"].ToString(), StringComparison.Ordinal);
        Assert.Contains("/user/actor-transfer/", offered.Properties["ActorPath"].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('{', offered.RenderMessage(CultureInfo.InvariantCulture));
    }

    private sealed class Sink : ILogEventSink
    {
        public ConcurrentQueue<LogEvent> Offers { get; } = [];

        public void Emit(LogEvent logEvent)
        {
            if (logEvent.MessageTemplate.Text.Contains(": offering ", StringComparison.Ordinal))
            {
                Offers.Enqueue(logEvent);
            }
        }
    }

    private sealed record Entry(string Text, Dictionary<string, object?> Values);

    private sealed class Recorder : ILoggerProvider, Microsoft.Extensions.Logging.ILogger
    {
        public ConcurrentQueue<Entry> Entries { get; } = [];

        public Microsoft.Extensions.Logging.ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
            {
                Entries.Enqueue(new Entry(formatter(state, exception), values.DistinctBy(value => value.Key).ToDictionary()));
            }
        }

        public void Dispose()
        {
        }
    }
}
