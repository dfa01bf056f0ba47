using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorTransfer.Bundled.Tests.Hosting;

public class LoggingTests
{
    [Fact]
    public async Task Log_lines_of_actors_must_arrive_in_the_logger_factory_of_the_host()
    {
        var lines = new Lines();
        using var host = CreateHost(lines, loggers => loggers.AddLoggerFactory());
        await host.StartAsync();
        var talker = host.Services.GetRequiredService<ActorRegistry>().Get<Talker>();

        talker.Tell("talk");

        Assert.Contains("sent 5 of 7 bytes", (await lines.FindAsync(LogLevel.Information, "bytes")).Text);
        Assert.Contains("slow", (await lines.FindAsync(LogLevel.Warning, "slow")).Text);
        var error = await lines.FindAsync(LogLevel.Error, "gone");
        Assert.Equal("broken", error.Exception?.Message);
        Assert.Contains("/user/talker", error.Text);
        await host.StopAsync();
    }

    [Fact]
    public async Task Lines_below_the_level_must_not_be_logged()
    {
        var lines = new Lines();
        using var host = CreateHost(lines, loggers =>
        {
            loggers.LogLevel = Akka.Event.LogLevel.ErrorLevel;
            loggers.ClearLoggers();
            loggers.AddLoggerFactory();
        });
        await host.StartAsync();
        var talker = host.Services.GetRequiredService<ActorRegistry>().Get<Talker>();

        talker.Tell("talk");

        await lines.FindAsync(LogLevel.Error, "gone");
        Assert.DoesNotContain(lines.Seen, line => line.Text.Contains("slow") || line.Text.Contains("bytes"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Given_logger_factory_must_be_preferred_to_that_of_the_host()
    {
        var given = new Lines();
        var hosts = new Lines();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(given).SetMinimumLevel(LogLevel.Trace));
        using var host = CreateHost(hosts, loggers => loggers.AddLoggerFactory(factory));
        await host.StartAsync();

        host.Services.GetRequiredService<ActorRegistry>().Get<Talker>().Tell("talk");

        await given.FindAsync(LogLevel.Error, "gone");
        await host.StopAsync();
        Assert.DoesNotContain(hosts.TakeRest(), line => line.Text.Contains("gone"));
    }

    private static IHost CreateHost(Lines lines, Action<LoggerConfigBuilder> loggers) => new HostBuilder()
        .ConfigureLogging(logging => logging.AddProvider(lines).SetMinimumLevel(LogLevel.Trace))
        .ConfigureServices(services => services.AddAkka("hosted", builder => builder
            .ConfigureLoggers(loggers)
            .WithActors((system, registry) => registry.Register<Talker>(system.ActorOf(Props.Create<Talker>(), "talker")))))
        .Build();

    private sealed record Line(LogLevel Level, string Text, Exception? Exception);

    private sealed class Talker : ReceiveActor
    {
        public Talker() => Receive<string>(_ =>
        {
            var log = Context.GetLogger();
            log.Info("sent {0} of {1} bytes", 5, 7);
            log.Warning("slow");
            log.Error(new InvalidOperationException("broken"), "gone");
        });
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

        private readonly Channel<Line> _lines = Channel.CreateUnbounded<Line>();

        public List<Line> Seen { get; } = [];

        public async Task<Line> FindAsync(LogLevel level, string text)
        {
            using var limit = new CancellationTokenSource(Limit);
            while (true)
            {
                var line = await _lines.Reader.ReadAsync(limit.Token);
                Seen.Add(line);
                if (line.Level == level && line.Text.Contains(text))
                    return line;
            }
        }

        public List<Line> TakeRest()
        {
            var rest = new List<Line>();
            while (_lines.Reader.TryRead(out var line))
                rest.Add(line);
            return rest;
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Writer.TryWrite(new Line(logLevel, formatter(state, exception), exception));

        public void Dispose()
        {
        }
    }
}
