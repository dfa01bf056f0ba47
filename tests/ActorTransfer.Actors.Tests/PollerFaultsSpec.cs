using System.Diagnostics.Metrics;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Faults on the threads of the sockets are logged by each engine of the process.</summary>
public sealed class PollerFaultsSpec : ActorTest
{
    private readonly string _what = $"A defect of test {Guid.NewGuid()}";
    private readonly TestProbe _log;

    public PollerFaultsSpec()
    {
        _log = CreateTestProbe("log");
        Sys.EventStream.SetLogLevel(Akka.Event.LogLevel.ErrorLevel);
        Sys.EventStream.Subscribe(_log.Ref, typeof(Error));
    }

    [Fact]
    public async Task Every_engine_must_log_socket_faults_until_it_stops()
    {
        var (first, second) = (await StartAsync("first"), await StartAsync("second"));
        PollerFaults.Report(_what, new InvalidOperationException("Thrown by a test."));
        var sources = new[] { await LoggedAsync(), await LoggedAsync() };
        Assert.Contains(sources, source => source.Contains("first", StringComparison.Ordinal));
        Assert.Contains(sources, source => source.Contains("second", StringComparison.Ordinal));

        Watch(first);
        Sys.Stop(first);
        await ExpectTerminatedAsync(first);
        PollerFaults.Report(_what, new InvalidOperationException("Thrown by a test."));
        Assert.Contains("second", await LoggedAsync(), StringComparison.Ordinal);
        await ExpectNoMessageAsync(_log, second);
    }

    [Fact]
    public void Socket_faults_must_be_counted_once_per_process()
    {
        var counter = EngineMetrics.Of(Sys).SocketFaults;
        long seen = 0;
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument == counter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<long>((_, value, _, _) => seen = value);
        meters.Start();
        PollerFaults.Report(_what, new InvalidOperationException("Thrown by a test."));
        meters.RecordObservableInstruments();
        Assert.InRange(seen, 1, PollerFaults.Count);
    }

    private async Task<IActorRef> StartAsync(string name)
    {
        var engine = Sys.ActorOf(EngineActor.Props(new EngineDefinition(), Settings()), name);
        await StillRunsAsync(engine);
        return engine;
    }

    /// <summary>The engine that logged the fault. Other tests of the process may cause faults too.</summary>
    private async Task<string> LoggedAsync()
    {
        var error = await _log.FishForMessageAsync<Error>(error => error.ToString().Contains(_what, StringComparison.Ordinal));
        Assert.Equal("Thrown by a test.", error.Cause.Message);
        return error.LogSource;
    }
}
